import { expect } from 'vitest';
import type { JsonObject } from '../../src/json/json-value.ts';
import { openCase, SAMPLE_PLATE, SAVE, save, UPSERT, upsert } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';

const KEY = 'call-0001';

const RESTORE = /* GraphQL */ `
  mutation Restore($input: CaseHelperRestoreLatestInput!) {
    caseHelperRestoreLatest(input: $input) {
      ok outcome userErrors { code message field } idempotency { key replayed firstSeenAt }
      case { id version } helper { id version }
    }
  }
`;

/** The three writes that take a key: arguments of a first call and of another, on a case with two versions. */
const WRITES: Record<string, { document: string; field: string; input: JsonObject; other: JsonObject }> = {
  save: {
    document: SAVE,
    field: 'caseHelperSaveFull',
    input: { expectedVersion: 2, helper: { a: 3 } },
    other: { expectedVersion: 2, helper: { a: 4 } },
  },
  restore: { document: RESTORE, field: 'caseHelperRestoreLatest', input: {}, other: { version: 2 } },
  upsert: { document: UPSERT, field: 'caseUpsert', input: { ownerName: 'A' }, other: { ownerName: 'B' } },
};

async function openWithTwoVersions(client: TestClient, plate = SAMPLE_PLATE) {
  const opened = await openCase(client, { plate, helper: { a: 1 } });
  await save(client, { caseId: opened.id, expectedVersion: 1, helper: { a: 2 } });
  return opened;
}

test.for(Object.keys(WRITES))(
  '%s: the header is the key of a single mutation field; a retry writes nothing and answers the same',
  async (name, { world }) => {
    const { document, field, input } = WRITES[name]!;
    const admin = await (await world.org()).member('admin');
    const { id: caseId } = await openWithTwoVersions(admin);
    const call = () => admin.data(document, { input: { ...input, caseId } }, { 'idempotency-key': KEY });
    const first = (await call())[field];
    expect(first).toMatchObject({ ok: true, outcome: 'UPDATED', idempotency: { key: KEY, replayed: false } });
    const written = await world.db.query('select * from case_helper order by version');
    const feed = await world.db.query('select * from feed.change_log');
    const again = (await call())[field];
    expect(again).toEqual({ ...first, idempotency: { ...first.idempotency, replayed: true } });
    expect(await world.db.query('select * from case_helper order by version')).toEqual(written);
    expect(await world.db.query('select * from feed.change_log')).toEqual(feed);
  },
);

test.for(Object.keys(WRITES))('%s: a key that comes with other arguments is refused', async (name, { world }) => {
  const { document, field, input, other } = WRITES[name]!;
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openWithTwoVersions(admin);
  const call = async (given: JsonObject) =>
    (await admin.data(document, { input: { ...given, caseId, idempotencyKey: KEY } }))[field];
  expect((await call(input)).ok).toBe(true);
  const before = await world.db.query('select * from case_helper order by version');
  const cases = await world.db.query('select * from cases');
  expect(await call(other)).toMatchObject({
    ok: false,
    outcome: 'REJECTED',
    idempotency: null,
    userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['input', 'idempotencyKey'] }],
  });
  expect(await world.db.query('select * from case_helper order by version')).toEqual(before);
  expect(await world.db.query('select * from cases')).toEqual(cases);
});

test('the same key names another call of another operation', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openWithTwoVersions(admin);
  for (const { document, field } of [WRITES.restore!, WRITES.upsert!]) {
    const input = { caseId, idempotencyKey: KEY };
    const payload = (await admin.data(document, { input }))[field];
    expect(payload).toMatchObject({ ok: true, idempotency: { replayed: false } });
  }
});

test('the header says nothing where two mutation fields could claim it', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const two = /* GraphQL */ `
    mutation {
      a: caseUpsert(input: { plate: "1111111" }) { outcome idempotency { key } }
      b: caseUpsert(input: { plate: "2222222" }) { outcome idempotency { key } }
    }
  `;
  expect(await admin.data(two, {}, { 'idempotency-key': KEY })).toEqual({
    a: { outcome: 'CREATED', idempotency: null },
    b: { outcome: 'CREATED', idempotency: null },
  });
  expect(await world.db.query('select from gateway.idempotency')).toEqual([]);
});

test("an input's own key goes before the header", async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const input = { plate: SAMPLE_PLATE, idempotencyKey: 'own-key-1' };
  const { caseUpsert } = await admin.data(UPSERT, { input }, { 'idempotency-key': KEY });
  expect(caseUpsert.idempotency.key).toBe('own-key-1');
});

test('a refused call leaves no key: the corrected retry with the same key writes', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openWithTwoVersions(admin);
  const call = { caseId, idempotencyKey: KEY, helper: { a: 3 } };
  expect((await save(admin, { ...call, expectedVersion: 1 })).outcome).toBe('CONFLICT');
  expect((await save(admin, call)).userErrors[0].code).toBe('EXPECTED_VERSION_REQUIRED');
  expect((await save(admin, { ...call, expectedVersion: 2, label: 'x'.repeat(201) })).ok).toBe(false);
  expect(await world.db.query('select from gateway.idempotency')).toEqual([]);
  expect(await save(admin, { ...call, expectedVersion: 2 })).toMatchObject({
    outcome: 'UPDATED',
    idempotency: { replayed: false },
  });
});

test("another principal's same key is another call", async ({ world }) => {
  const org = await world.org();
  const callers = [await org.member('admin'), await org.member('admin'), await org.apiKey()];
  const { id: caseId } = await openCase(callers[0]!);
  for (const [index, caller] of callers.entries()) {
    const payload = await save(caller, { caseId, idempotencyKey: KEY, expectedVersion: index, helper: { index } });
    expect(payload).toMatchObject({ ok: true, idempotency: { replayed: false }, helper: { version: index + 1 } });
  }
});

test("one user's same key in another organisation is another call", async ({ world }) => {
  const [one, two] = [await world.org(), await world.org()];
  const admin = await one.member('admin');
  await world.db.query("insert into user_orgs (org_id, user_id, role) values ($1, $2, 'admin')", [
    two.id,
    admin.userId,
  ]);
  const input = { plate: SAMPLE_PLATE, idempotencyKey: KEY };
  const first = (await admin.data(UPSERT, { input }, { 'x-org-id': one.id })).caseUpsert;
  const second = (await admin.data(UPSERT, { input }, { 'x-org-id': two.id })).caseUpsert;
  expect([first.idempotency.replayed, second.idempotency.replayed]).toEqual([false, false]);
  expect(second.case.id).not.toBe(first.case.id);
});

test.for([
  ['', 'empty'],
  ['short-1', '7 characters'],
  ['x'.repeat(256), '256 characters'],
  ['🔑🔑🔑🔑', 'four characters of two UTF-16 units each'],
  ['key\u0000with-nul', 'U+0000'],
])('a key that can not be kept is refused by name: $1', async ([key], { world }) => {
  const admin = await (await world.org()).member('admin');
  const payload = await upsert(admin, { plate: SAMPLE_PLATE, idempotencyKey: key });
  expect(payload.userErrors).toMatchObject([{ code: 'VALIDATION_FAILED', field: ['input', 'idempotencyKey'] }]);
  expect(await world.db.query('select from cases')).toEqual([]);
});

test.for([
  ['8 characters', 'x'.repeat(8)],
  ['255 characters', 'x'.repeat(255)],
  ['8 emoji', '🔑'.repeat(8)],
  ['Hebrew', 'מפתח-ראשון'],
] as const)('a key may be %s', async ([, key], { world }) => {
  const admin = await (await world.org()).member('admin');
  const input = { plate: SAMPLE_PLATE, idempotencyKey: key };
  expect((await upsert(admin, input)).outcome).toBe('CREATED');
  expect((await upsert(admin, input)).idempotency).toMatchObject({ key, replayed: true });
});

test('another spelling of the same arguments is the same call', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id, databaseId } = await openCase(admin);
  const call = { idempotencyKey: KEY, expectedVersion: 0 };
  expect((await save(admin, { ...call, caseId: id, helper: { a: 1, b: 2 } })).idempotency.replayed).toBe(false);
  for (const caseId of [databaseId, databaseId.toUpperCase(), id])
    expect((await save(admin, { ...call, caseId, helper: { b: 2, a: 1 } })).idempotency.replayed).toBe(true);
  const upserted = { plate: '12-345-67', idempotencyKey: KEY };
  expect((await upsert(admin, upserted)).idempotency.replayed).toBe(false);
  expect((await upsert(admin, { ...upserted, plate: '1234567', ownerName: null })).idempotency.replayed).toBe(true);
});

test('a document is the same under a key however it is written, and another document is another', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openWithTwoVersions(admin);
  // The hash that tells is worked out by the database when a save is noted, and by the server when it comes again.
  const call = { caseId, idempotencyKey: KEY, expectedVersion: 2, note: 'ש"\\\n' };
  const helper = { b: [9007199254740991, -0, 1.5e-9], 'ש"\\\u2028': { y: '\ud83d\ude97', x: null }, a: true };
  expect(await save(admin, { ...call, helper })).toMatchObject({ outcome: 'UPDATED', userErrors: [] });
  const reordered = { a: true, 'ש"\\\u2028': { x: null, y: '\ud83d\ude97' }, b: [9007199254740991, 0, 1.5e-9] };
  expect((await save(admin, { ...call, helper: reordered })).idempotency.replayed).toBe(true);
  for (const other of [
    { ...helper, a: false },
    { ...helper, c: 1 },
  ]) {
    const [refusal] = (await save(admin, { ...call, helper: other })).userErrors;
    expect(refusal.code).toBe('IDEMPOTENCY_KEY_REUSED');
  }
});

test('an expired key runs again', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openWithTwoVersions(admin);
  const call = { caseId, idempotencyKey: KEY, helper: { a: 3 }, onConflict: 'FORCE' };
  expect((await save(admin, call)).helper.version).toBe(3);
  await save(admin, { caseId, expectedVersion: 3, helper: { a: 4 } });
  await world.db.query("update gateway.idempotency set expires_at = now() - interval '1 second'");
  expect(await save(admin, call)).toMatchObject({ helper: { version: 4 + 1 }, idempotency: { replayed: false } });
  expect(await world.db.query('select from gateway.idempotency')).toHaveLength(1);
});
