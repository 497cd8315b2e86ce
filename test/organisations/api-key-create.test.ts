import { expect } from 'vitest';
import { verifyApiKey } from '../../src/auth/api-keys.ts';
import { openCase } from '../support/cases.ts';
import { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { loggedTest } from '../support/logged-server.ts';
import { textOf } from './database-text.ts';
import { call, documentOf, refusalOf } from './organisation-calls.ts';

const DEFAULT_PERMISSIONS = [
  'org.read',
  'case.read',
  'case.create',
  'case.write',
  'kb.read',
  'kb.write',
  'log.read',
  'log.write',
];

test('a key is made with what it may do, and works at once under its name', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const made = await call(admin, 'apiKeyCreate', {
    name: ' make: parts ',
    permissions: ['case.read', 'case.create', 'case.read'],
    operations: ['case.upsert', 'case.get', 'viewer.get'],
    writablePointers: ['/valuation', '/damage_centers/0', '/a~1b'],
    strictStatus: true,
    expiresAt: '2030-01-01T00:00:00Z',
  });
  expect(made).toMatchObject({ ok: true, outcome: 'CREATED', userErrors: [] });
  expect(made.key).toMatch(/^cgk_[\w-]{43}$/);
  expect(made.apiKey).toMatchObject({
    name: 'make: parts',
    prefix: made.key.slice(0, 12),
    state: 'LIVE',
    permissions: ['case.read', 'case.create'],
    operations: ['case.upsert', 'case.get', 'viewer.get'],
    writablePointers: ['/valuation', '/damage_centers/0', '/a~1b'],
    strictStatus: true,
    expiresAt: '2030-01-01T00:00:00.000Z',
    createdBy: { kind: 'USER', id: admin.userId },
  });
  const program = new TestClient(world.server.url, made.key);
  const opened = await openCase(program, { plate: '1234567' });
  const { createdBy } = (await admin.data(`{ case(id: "${opened.id}") { createdBy { kind id name } } }`)).case;
  expect(createdBy).toEqual({ kind: 'API_KEY', id: made.apiKey.databaseId, name: 'make: parts' });
});

test('a key of which only the name is said may what scenarios need: all operations and the whole helper', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { apiKey } = await call(admin, 'apiKeyCreate', { name: 'plain' });
  expect(apiKey).toMatchObject({
    permissions: DEFAULT_PERMISSIONS,
    operations: null,
    writablePointers: null,
    strictStatus: false,
    expiresAt: null,
  });
});

test('the server knows a key with all its limits when it signs in', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const limits = { operations: ['viewer.get'], writablePointers: ['/valuation'], strictStatus: true };
  const { key } = await call(admin, 'apiKeyCreate', { name: 'limited', ...limits });
  expect(await verifyApiKey(world.server.app.database, 'a-request', key)).toMatchObject(limits);
});

test('the same call sent three times in parallel makes one key and shows it once; a replay shows none', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const input = { name: 'retried', idempotencyKey: 'make-a-key-1', expiresAt: '2030-01-01T00:00:00Z' };
  const made = await Promise.all([1, 2, 3].map(() => call(admin, 'apiKeyCreate', input)));
  expect(made.filter((one) => one.key !== null)).toHaveLength(1);
  expect(new Set(made.map((one) => one.apiKey.id)).size).toBe(1);
  expect(made.map((one) => one.idempotency.replayed).sort()).toEqual([false, true, true]);
  expect(await world.db.query('select from api_keys')).toHaveLength(1);
  expect(await call(admin, 'apiKeyCreate', input)).toMatchObject({ ok: true, key: null, outcome: 'CREATED' });
  const other = await call(admin, 'apiKeyCreate', { ...input, expiresAt: '2031-01-01T00:00:00Z' });
  expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
});

loggedTest('the key stands nowhere in the database and in no log', async ({ world, db, loggedText }) => {
  const admin = await (await world.org()).member('admin');
  const { key } = await call(admin, 'apiKeyCreate', { name: 'secret', idempotencyKey: 'make-a-key-1' });
  const program = new TestClient(world.server.url, key);
  await openCase(program, { plate: '1234567', idempotencyKey: 'opened-with-it' });
  await program.send('{ apiKeys { totalCount } }');
  // The search finds what is there.
  expect(await textOf(db)).toContain(key.slice(0, 12));
  expect(await textOf(db)).not.toContain(key.slice(12));
  expect(loggedText()).not.toContain(key.slice(12));
});

test('nobody but administrators makes, changes or ends keys: not assessors, assistants, keys or who is in no organisation', async ({
  world,
}) => {
  const org = await world.org({ access: 'OPEN' });
  const key = await org.apiKey(['org.read', 'case.read', 'case.write', 'case.share', 'dev.write']);
  const callers = [await org.member('assessor'), await org.member('assistant'), key, await world.user()];
  for (const caller of callers) {
    expect(await refusalOf(caller, 'apiKeyCreate', { name: 'mine' })).toBe('FORBIDDEN');
    expect(await refusalOf(caller, 'apiKeyUpdate', { id: key.id, name: 'mine' })).toBe('FORBIDDEN');
    expect(await refusalOf(caller, 'apiKeyRevoke', { id: key.id })).toBe('FORBIDDEN');
  }
  const nobody = await world.anonymous().send(documentOf('apiKeyCreate'), { input: { name: 'mine' } });
  expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(await world.db.query('select from api_keys')).toHaveLength(1);
});

test('nobody gives a key what he does not hold, past the server either', async ({ world }) => {
  const org = await world.org();
  const developer = await org.member('developer');
  await world.db.query(
    "delete from role_permissions where role = 'developer' and permission in ('dev.write', 'log.read')",
  );
  const refused = await call(developer, 'apiKeyCreate', { name: 'more', permissions: ['case.read', 'dev.write'] });
  expect(refused.userErrors).toMatchObject([{ code: 'FORBIDDEN', field: ['input', 'permissions'] }]);
  expect(refused.userErrors[0].message).toContain('dev.write');
  expect(await refusalOf(developer, 'apiKeyCreate', { name: 'by default' })).toBe('FORBIDDEN');
  expect(await refusalOf(developer, 'apiKeyCreate', { name: 'less', permissions: ['case.read'] })).toBeNull();
});

test('bad input is refused naming the field, and what was probably meant', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const cases: [Record<string, unknown>, string[], string][] = [
    [{ name: '  ' }, ['input', 'name'], '1 to 200'],
    [{ name: 'x'.repeat(201) }, ['input', 'name'], '1 to 200'],
    [{ permissions: ['case.reed'] }, ['input', 'permissions'], 'case.read'],
    [{ permissions: ['key.manage'] }, ['input', 'permissions'], 'key.manage'],
    [{ permissions: [] }, ['input', 'permissions'], 'Leave the list out'],
    [{ operations: [] }, ['input', 'operations'], 'Leave the list out'],
    [{ operations: ['case.upsert', 'case_helper.savefull'] }, ['input', 'operations'], 'case_helper.save_full'],
    [{ operations: ['caseUpsert'] }, ['input', 'operations'], 'case.upsert'],
    [{ operations: ['\u0000', '\ud800', 'x'.repeat(100_000)] }, ['input', 'operations'], 'is no operation'],
    [{ writablePointers: [] }, ['input', 'writablePointers'], 'Leave the list out'],
    [{ writablePointers: ['/ok', 'valuation'] }, ['input', 'writablePointers', '1'], 'starts with "/"'],
    [{ writablePointers: ['/a~2'] }, ['input', 'writablePointers', '0'], '"~"'],
    [{ writablePointers: ['/\u0000'] }, ['input', 'writablePointers', '0'], 'stored'],
    [{ writablePointers: ['/\ud800'] }, ['input', 'writablePointers', '0'], 'stored'],
    [{ writablePointers: Array.from({ length: 201 }, (_, i) => `/${i}`) }, ['input', 'writablePointers'], '200'],
    [{ expiresAt: '2001-01-01T00:00:00Z' }, ['input', 'expiresAt'], 'expired'],
    [{ expiresAt: '9999-01-01T00:00:00Z' }, ['input', 'expiresAt'], '3650 days'],
  ];
  for (const [input, field, says] of cases) {
    const refused = await call(admin, 'apiKeyCreate', { name: 'bad', ...input });
    expect(refused, JSON.stringify(input).slice(0, 80)).toMatchObject({
      outcome: 'REJECTED',
      key: null,
      apiKey: null,
      userErrors: [{ code: 'VALIDATION_FAILED', field }],
    });
    expect(refused.userErrors[0].message).toContain(says);
    expect(refused.userErrors[0].message.length).toBeLessThan(2_000);
  }
  expect(await world.db.query('select from api_keys')).toEqual([]);
});
