import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { openCase, save, upsert } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';

const CODE_OF = async (client: TestClient, query: string, headers = {}) =>
  (await client.send(query, {}, headers)).errors?.[0]?.extensions.code;

test('who leaves the organisation loses everything at the next request, shares and own cases included', async ({
  world,
}) => {
  const org = await world.org();
  const [admin, leaver] = [await org.member('admin'), await org.member('assessor')];
  const own = await openCase(leaver, { plate: '11111' });
  const shared = await openCase(admin, { plate: '22222', assignedTo: leaver.userId });
  await world.db.query(
    "insert into public.case_collaborators (org_id, case_id, user_id, role) values ($1, $2, $3, 'OWNER')",
    [org.id, shared.databaseId, leaver.userId],
  );
  expect((await leaver.data('{ cases { totalCount } }')).cases.totalCount).toBe(2);

  await world.db.query('delete from public.user_orgs where user_id = $1', [leaver.userId]);

  for (const opened of [own, shared]) {
    expect(await CODE_OF(leaver, `{ case(id: "${opened.id}") { id } }`)).toBe('NOT_FOUND');
    expect((await leaver.data(`{ node(id: "${opened.id}") { id } }`)).node).toBeNull();
    const refused = await save(leaver, { caseId: opened.id, onConflict: 'FORCE', helper: {} });
    expect(refused.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  }
  expect(await CODE_OF(leaver, '{ feedPage { cursor } }')).toBe('FORBIDDEN');
  expect(await world.db.query('select 1 from public.case_collaborators')).toEqual([]);
  const kept = await admin.data(`{ case(id: "${shared.id}") { assignedTo { id } } }`);
  expect(kept.case.assignedTo).toBeNull();
});

test('who comes back finds own cases again, and no old shares', async ({ world }) => {
  const org = await world.org();
  const [admin, member] = [await org.member('admin'), await org.member('assessor')];
  const own = await openCase(member, { plate: '11111' });
  const shared = await openCase(admin, { plate: '22222' });
  await world.db.query('insert into public.case_collaborators (org_id, case_id, user_id) values ($1, $2, $3)', [
    org.id,
    shared.databaseId,
    member.userId,
  ]);
  await world.db.query('delete from public.user_orgs where user_id = $1', [member.userId]);
  await world.db.query("insert into public.user_orgs (org_id, user_id, role) values ($1, $2, 'assessor')", [
    org.id,
    member.userId,
  ]);
  const listed = await member.data('{ cases { nodes { id } } }');
  expect(listed.cases.nodes).toEqual([{ id: own.id }]);
});

test('a user without organisation gets FORBIDDEN for lists and writes, and is told who he is', async ({ world }) => {
  await world.org();
  const user = await world.user();
  expect(await CODE_OF(user, '{ cases { totalCount } }')).toBe('FORBIDDEN');
  expect(await CODE_OF(user, '{ feedPage { cursor } }')).toBe('FORBIDDEN');
  expect((await upsert(user, { plate: '12345' })).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
  expect((await user.data('{ viewer { actor { kind id } role orgId orgName permissions } }')).viewer).toEqual({
    actor: { kind: 'USER', id: user.userId },
    role: null,
    orgId: null,
    orgName: null,
    permissions: [],
  });
});

test('a user of two organisations acts for the one the request names, else for the one of his profile', async ({
  world,
}) => {
  const [first, second] = [await world.org(), await world.org()];
  const user = await first.member('admin');
  await world.db.query("insert into public.user_orgs (org_id, user_id, role) values ($1, $2, 'assistant')", [
    second.id,
    user.userId,
  ]);
  const actsFor = async (headers = {}) => (await user.data('{ viewer { orgId role } }', {}, headers)).viewer;

  expect(await actsFor()).toEqual({ orgId: first.id, role: 'admin' });
  await world.db.query('update public.profiles set org_id = $1 where user_id = $2', [second.id, user.userId]);
  expect(await actsFor()).toEqual({ orgId: second.id, role: 'assistant' });
  expect(await actsFor({ 'x-org-id': first.id })).toEqual({ orgId: first.id, role: 'admin' });

  // The same plate in both: each list and each plate lookup stays in the organisation acted for.
  const inFirst = await user.data(
    'mutation { caseUpsert(input: { plate: "11111" }) { case { id } } }',
    {},
    { 'x-org-id': first.id },
  );
  const inSecond = await openCase(await second.member('admin'), { plate: '11111' });
  const found = '{ case(plate: "11111") { id } cases { nodes { id } } }';
  for (const [orgId, id] of [
    [first.id, inFirst.caseUpsert.case.id],
    [second.id, inSecond.id],
  ])
    expect(await user.data(found, {}, { 'x-org-id': orgId! })).toEqual({ case: { id }, cases: { nodes: [{ id }] } });
});

test('a default organisation the user has left no longer counts', async ({ world }) => {
  const [first, second] = [await world.org(), await world.org()];
  const user = await first.member('admin');
  await world.db.query('update public.profiles set org_id = $1 where user_id = $2', [second.id, user.userId]);
  expect((await user.data('{ viewer { orgId } }')).viewer.orgId).toBe(first.id);
});

test('an X-Org-Id that is no UUID is refused by name', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const answer = await admin.send('{ viewer { orgId } }', {}, { 'x-org-id': "' or true --" });
  expect(answer.errors![0]!.extensions).toMatchObject({ code: 'VALIDATION_FAILED', field: ['X-Org-Id'] });
});

test('the service role sees every organisation, and with two of them a list must say which', async ({ world }) => {
  const first = await world.org();
  const service = await world.service();
  await openCase(await first.member('admin'), { plate: '11111' });
  expect((await service.data('{ cases { totalCount } }')).cases.totalCount).toBe(1);

  const second = await world.org();
  const opened = await openCase(await second.member('admin'), { plate: '22222' });
  expect(await CODE_OF(service, '{ cases { totalCount } }')).toBe('VALIDATION_FAILED');
  expect((await service.data('{ cases { nodes { id } } }', {}, { 'x-org-id': second.id })).cases.nodes).toEqual([
    { id: opened.id },
  ]);
  expect((await service.data(`{ case(id: "${opened.id}") { plate } }`)).case.plate).toBe('22222');
  expect(await CODE_OF(service, '{ cases { totalCount } }', { 'x-org-id': randomUUID() })).toBe('VALIDATION_FAILED');
  const saved = await save(service, { caseId: opened.id, expectedVersion: 0, helper: { by: 'service' } });
  expect(saved.helper).toMatchObject({ version: 1, source: 'API', savedBy: { kind: 'SERVICE', id: 'service_role' } });
});

test('an anonymous caller gets the schema and no viewer; everything else is UNAUTHENTICATED', async ({ world }) => {
  const nobody = world.anonymous();
  expect((await nobody.data('{ __schema { queryType { name } } viewer { role } }')).viewer).toBeNull();
  for (const query of ['{ cases { totalCount } }', '{ feedPage { cursor } }', '{ case(plate: "12345") { id } }'])
    expect(await CODE_OF(nobody, query), query).toBe('UNAUTHENTICATED');
  expect(await CODE_OF(nobody, 'mutation { caseUpsert(input: { plate: "12345" }) { ok } }')).toBe('UNAUTHENTICATED');
});
