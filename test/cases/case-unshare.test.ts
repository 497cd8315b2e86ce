import { expect } from 'vitest';
import { CHANGED_VERSIONS } from '../feed/documents.ts';
import { call, refusalOf } from '../organisations/organisation-calls.ts';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';

test('a share that is taken back ends at once, the open subscription too, and twice is no mistake', async ({
  world,
}) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const { id: caseId } = await openCase(admin);
  await call(admin, 'caseShare', { caseId, userId: assessor.userId });
  const socket = await TestSocket.open(assessor);
  const changed = socket.subscribe(CHANGED_VERSIONS, { caseId });
  await changed.event();
  const unshared = await call(admin, 'caseUnshare', { caseId, userId: assessor.userId });
  expect(unshared).toMatchObject({ ok: true, outcome: 'UPDATED', case: { id: caseId }, collaborator: null });
  expect((await changed.failure()).extensions.code).toBe('NOT_FOUND');
  expect((await assessor.send(`{ case(id: "${caseId}") { id } }`)).errors).toMatchObject([
    { extensions: { code: 'NOT_FOUND' } },
  ]);
  expect(await call(admin, 'caseUnshare', { caseId, userId: assessor.userId })).toMatchObject({ outcome: 'UNCHANGED' });
  await socket.close();
});

test('an owner by share gives his own share back, and a stranger takes nobody’s', async ({ world }) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const { id: caseId } = await openCase(admin);
  await call(admin, 'caseShare', { caseId, userId: assessor.userId, role: 'OWNER' });
  const stranger = await (await world.org()).member('admin');
  expect(await refusalOf(stranger, 'caseUnshare', { caseId, userId: assessor.userId })).toBe('NOT_FOUND');
  expect(await call(assessor, 'caseUnshare', { caseId, userId: assessor.userId })).toMatchObject({
    ok: true,
    outcome: 'UPDATED',
    case: null,
  });
  expect(await world.db.query('select from case_collaborators')).toEqual([]);
});
