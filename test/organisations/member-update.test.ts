import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { call, refusalOf } from './organisation-calls.ts';

const ADMINS = "select user_id from user_orgs where org_id = $1 and role = 'admin'";

test('a member has another role from his next request on, named by membership or by user', async ({ world }) => {
  const org = await world.org();
  const [admin, assistant] = [await org.member('admin'), await org.member('assistant')];
  const raised = await call(admin, 'memberUpdate', { userId: assistant.userId, role: 'ASSESSOR' });
  expect(raised).toMatchObject({ outcome: 'UPDATED', member: { userId: assistant.userId, role: 'ASSESSOR' } });
  expect((await assistant.data('{ viewer { role permissions } }')).viewer).toMatchObject({ role: 'assessor' });
  const again = await call(admin, 'memberUpdate', { id: raised.member.id, role: 'ASSESSOR' });
  expect(again).toMatchObject({ outcome: 'UNCHANGED', member: { id: raised.member.id } });
});

test('of two admins who lower each other at once, one stays admin', async ({ world }) => {
  for (let round = 0; round < 8; round++) {
    const org = await world.org();
    const [a, b] = [await org.member('admin'), await org.member('admin')];
    const codes = await Promise.all([
      refusalOf(a, 'memberUpdate', { userId: b.userId, role: 'ASSESSOR' }),
      refusalOf(b, 'memberUpdate', { userId: a.userId, role: 'ASSESSOR' }),
    ]);
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(['VALIDATION_FAILED', 'FORBIDDEN', 'NOT_FOUND']).toContain(codes.find((code) => code !== null));
    expect(await world.db.query(ADMINS, [org.id])).toHaveLength(1);
  }
});

test('the last admin stays admin, also where everybody is lowered in one statement, by the superuser or by older snapshots', async ({
  world,
}) => {
  const org = await world.org();
  const [a, b] = [await org.member('admin'), await org.member('admin')];
  await org.member('developer');
  await expect(world.db.query("update user_orgs set role = 'assessor'")).rejects.toMatchObject({
    constraint: 'user_orgs_last_admin',
  });
  await expect(world.db.query('delete from user_orgs')).rejects.toMatchObject({ constraint: 'user_orgs_last_admin' });
  await expect(world.db.query('delete from auth.users')).rejects.toMatchObject({ constraint: 'user_orgs_last_admin' });
  expect(await world.db.query(ADMINS, [org.id])).toHaveLength(2);

  const { default: pg } = await import('pg');
  const clients = [
    new pg.Client({ connectionString: world.db.adminUrl }),
    new pg.Client({ connectionString: world.db.adminUrl }),
  ];
  for (const client of clients) {
    await client.connect();
    await client.query('begin isolation level repeatable read');
    await client.query('select from user_orgs');
  }
  const lower = "update user_orgs set role = 'assessor' where user_id = $1";
  await clients[0]!.query(lower, [a.userId]);
  const refused = expect(clients[1]!.query(lower, [b.userId])).rejects.toMatchObject({ code: '40001' });
  await clients[0]!.query('commit');
  await refused;
  for (const client of clients) await client.end();
  expect(await world.db.query(ADMINS, [org.id])).toHaveLength(1);

  const last = await call(b, 'memberUpdate', { userId: b.userId, role: 'ASSESSOR' });
  expect(last.userErrors).toMatchObject([{ code: 'VALIDATION_FAILED' }]);
  expect(last.userErrors[0].message).toContain('Make somebody else admin first');
});

test('an organisation that goes takes its admins with it', async ({ world }) => {
  const org = await world.org();
  await org.member('admin');
  await world.db.query('delete from orgs where id = $1', [org.id]);
  expect(await world.db.query('select from user_orgs')).toEqual([]);
});

test('only an admin makes or unmakes an admin; a developer manages the others', async ({ world }) => {
  const org = await world.org();
  const [admin, developer, assessor] = [
    await org.member('admin'),
    await org.member('developer'),
    await org.member('assessor'),
  ];
  await org.member('admin');
  for (const [who, role] of [
    [admin.userId, 'ASSESSOR'],
    [assessor.userId, 'ADMIN'],
    [developer.userId, 'ADMIN'],
  ])
    expect(await call(developer, 'memberUpdate', { userId: who, role }), role).toMatchObject({
      userErrors: [{ code: 'FORBIDDEN', field: ['input', 'role'] }],
    });
  expect(await refusalOf(developer, 'memberUpdate', { userId: assessor.userId, role: 'DEVELOPER' })).toBeNull();
  const owner = {
    identity: { kind: 'USER', userId: developer.userId, expiresAt: null },
    requestId: 'r',
    requestedOrg: null,
  } as const;
  for (const sql of [
    `update user_orgs set role = 'admin' where role = 'developer'`,
    `delete from user_orgs where role = 'admin'`,
  ]) {
    const past = world.server.app.database.write(owner, (scope) => scope.sql(sql));
    await expect(past, sql).rejects.toMatchObject({ code: '42501', constraint: 'user_orgs_admins_by_admins' });
  }
});

test('nobody else changes roles, not his own either', async ({ world }) => {
  const org = await world.org({ access: 'OPEN' });
  const admin = await org.member('admin');
  for (const caller of [await org.member('assessor'), await org.member('assistant')]) {
    expect(await refusalOf(caller, 'memberUpdate', { userId: caller.userId, role: 'ADMIN' })).toBe('FORBIDDEN');
    expect(await refusalOf(caller, 'memberUpdate', { userId: admin.userId, role: 'ASSISTANT' })).toBe('FORBIDDEN');
  }
  expect(await refusalOf(await org.apiKey(), 'memberUpdate', { userId: admin.userId, role: 'ASSISTANT' })).toBe(
    'FORBIDDEN',
  );
  expect(await refusalOf(await world.user(), 'memberUpdate', { userId: admin.userId, role: 'ASSISTANT' })).toBe(
    'FORBIDDEN',
  );
});

test('the service role gives any role in the organisation it names', async ({ world }) => {
  const org = await world.org();
  const assessor = await org.member('assessor');
  await world.org();
  const service = await world.service({ 'x-org-id': org.id });
  expect(await refusalOf(service, 'memberUpdate', { userId: assessor.userId, role: 'ADMIN' })).toBeNull();
  expect((await assessor.data('{ viewer { role } }')).viewer.role).toBe('admin');
});

test("another organisation's member is no member at all; a user of both changes the one of the organisation named", async ({
  world,
}) => {
  const [org, other] = [await world.org(), await world.org()];
  const [admin, foreign] = [await org.member('admin'), await other.member('assessor')];
  const { id } = (await foreign.data('{ members { nodes { id } } }')).members.nodes[0];
  for (const mutation of ['memberUpdate', 'memberRemove']) {
    const role = mutation === 'memberUpdate' ? { role: 'ASSISTANT' } : {};
    const nowhere = await call(admin, mutation, { userId: randomUUID(), ...role });
    expect(nowhere.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'userId'] }]);
    expect(await call(admin, mutation, { userId: foreign.userId, ...role })).toEqual(nowhere);
    expect(await call(admin, mutation, { id, ...role })).toEqual(
      await call(admin, mutation, { id: randomUUID(), ...role }),
    );
    expect(await refusalOf(admin, mutation, { ...role })).toBe('VALIDATION_FAILED');
    expect(await refusalOf(admin, mutation, { id, userId: foreign.userId, ...role })).toBe('VALIDATION_FAILED');
    expect(await refusalOf(admin, mutation, { id: 'no id', ...role })).toBe('VALIDATION_FAILED');
  }
  await world.db.query("insert into user_orgs (org_id, user_id, role) values ($1, $2, 'admin')", [
    other.id,
    admin.userId,
  ]);
  expect(await refusalOf(admin, 'memberUpdate', { userId: foreign.userId, role: 'ASSISTANT' })).toBe('NOT_FOUND');
  const there = new TestClient(admin.url, admin.token, { 'x-org-id': other.id });
  expect(await refusalOf(there, 'memberUpdate', { userId: foreign.userId, role: 'ASSISTANT' })).toBeNull();
});
