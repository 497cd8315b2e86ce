import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { call, refusalOf } from '../organisations/organisation-calls.ts';
import { openCase, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';

const COLLABORATORS = `query ($id: ID!) { case(id: $id) { collaborators { totalCount nodes { userId role user { name } } } } }`;

test('a case is shared with a member as what is said, and is his to read at once', async ({ world }) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor', { email: 'dana@example.com' })];
  const { id: caseId } = await openCase(admin);
  expect((await assessor.send(`{ case(id: "${caseId}") { id } }`)).errors).toHaveLength(1);
  const shared = await call(admin, 'caseShare', { caseId, userId: assessor.userId, role: 'WATCHER' });
  expect(shared).toMatchObject({
    ok: true,
    outcome: 'CREATED',
    case: { id: caseId },
    collaborator: { userId: assessor.userId, role: 'WATCHER', user: { name: 'dana' } },
  });
  const refused = await save(assessor, { caseId, expectedVersion: 0, helper: {} });
  expect(refused.userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
  expect(await call(admin, 'caseShare', { caseId, userId: assessor.userId })).toMatchObject({
    outcome: 'UPDATED',
    collaborator: { id: shared.collaborator.id, role: 'EDITOR' },
  });
  expect(await call(admin, 'caseShare', { caseId, userId: assessor.userId, role: 'EDITOR' })).toMatchObject({
    outcome: 'UNCHANGED',
  });
  expect((await save(assessor, { caseId, expectedVersion: 0, helper: {} })).ok).toBe(true);
  const listed = { totalCount: 1, nodes: [{ userId: assessor.userId, role: 'EDITOR', user: { name: 'dana' } }] };
  expect((await assessor.data(COLLABORATORS, { id: caseId })).case.collaborators).toEqual(listed);
});

test('sharing a case five times at once makes one share', async ({ world }) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const { id: caseId } = await openCase(admin);
  const input = { caseId, userId: assessor.userId };
  const answers = await Promise.all(Array.from({ length: 5 }, () => call(admin, 'caseShare', input)));
  expect(answers.map((one) => one.outcome).sort()).toEqual(['CREATED', ...Array(4).fill('UNCHANGED')]);
  const keyed = { ...input, role: 'WATCHER', idempotencyKey: 'share-with-dana' };
  const retried = await Promise.all([1, 2, 3].map(() => call(admin, 'caseShare', keyed)));
  expect(retried.map((one) => one.outcome)).toEqual(['UPDATED', 'UPDATED', 'UPDATED']);
  expect(await world.db.query('select role from case_collaborators')).toEqual([{ role: 'WATCHER' }]);
});

test('who owns a case or has it shared as OWNER shares it; an editor, a watcher and an assistant do not', async ({
  world,
}) => {
  const org = await world.org();
  const [admin, author, other] = [
    await org.member('admin'),
    await org.member('assessor'),
    await org.member('assessor'),
  ];
  const { id: caseId } = await openCase(author);
  expect(await refusalOf(author, 'caseShare', { caseId, userId: other.userId, role: 'OWNER' })).toBeNull();
  const third = await org.member('assessor');
  expect(await refusalOf(other, 'caseShare', { caseId, userId: third.userId, role: 'EDITOR' })).toBeNull();
  for (const role of ['EDITOR', 'WATCHER', 'REQUESTER']) {
    await call(admin, 'caseShare', { caseId, userId: third.userId, role });
    for (const mutation of ['caseShare', 'caseUnshare'])
      expect(await call(third, mutation, { caseId, userId: admin.userId }), role).toMatchObject({
        userErrors: [{ code: 'FORBIDDEN', field: ['input', 'caseId'] }],
      });
  }
  const key = await org.apiKey(['case.read', 'case.write']);
  for (const caller of [await org.member('assistant'), key])
    expect(await refusalOf(caller, 'caseShare', { caseId, userId: third.userId })).toBe('FORBIDDEN');
  const sharing = await org.apiKey(['case.read', 'case.share']);
  expect(await refusalOf(sharing, 'caseShare', { caseId, userId: admin.userId })).toBeNull();
});

test('only members are shared with: a stranger is refused like one who does not exist', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const stranger = await (await world.org()).member('assessor');
  const { id: caseId } = await openCase(admin);
  const nowhere = await call(admin, 'caseShare', { caseId, userId: randomUUID() });
  expect(nowhere).toMatchObject({
    collaborator: null,
    userErrors: [{ code: 'VALIDATION_FAILED', field: ['input', 'userId'] }],
  });
  expect(await call(admin, 'caseShare', { caseId, userId: stranger.userId })).toEqual(nowhere);
  expect(await refusalOf(stranger, 'caseShare', { caseId, userId: stranger.userId })).toBe('NOT_FOUND');
  expect(await refusalOf(stranger, 'caseShare', { caseId: randomUUID(), userId: stranger.userId })).toBe('NOT_FOUND');
  expect(await world.db.query('select from case_collaborators')).toEqual([]);
});
