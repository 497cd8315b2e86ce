import { expect } from 'vitest';
import type { JsonObject } from '../../src/json/json-value.ts';
import { openCase, sampleHelper, save } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { patch } from '../support/patches.ts';
import { statementsOf } from '../support/statements.ts';

const BLAME = /* GraphQL */ `
  query Blame($caseId: ID!, $pointers: [String!]!) {
    caseHelperBlame(caseId: $caseId, pointers: $pointers) {
      pointer version source savedAt savedBy { kind id name }
    }
  }
`;

/** Pointer and version of each answer, in order. */
async function blame(client: TestClient, caseId: string, pointers: string[]): Promise<[string, number][]> {
  const { caseHelperBlame } = await client.data(BLAME, { caseId, pointers });
  return caseHelperBlame.map((answer: { pointer: string; version: number }) => [answer.pointer, answer.version]);
}

/** Saves the helpers as versions 1, 2, 3 … */
async function openWith(client: TestClient, ...helpers: JsonObject[]): Promise<string> {
  const { id: caseId } = await openCase(client);
  for (const [expectedVersion, helper] of helpers.entries())
    expect((await save(client, { caseId, expectedVersion, helper, label: `v${expectedVersion}` })).userErrors).toEqual(
      [],
    );
  return caseId;
}

test('each pointer is answered with the version that last wrote its value, by whom, when and from where', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin', { email: 'dana@example.com' });
  const key = await org.apiKey();
  const { id: caseId } = await openCase(admin, { helper: sampleHelper() });
  await patch(key, { caseId, source: 'MAKE', mergePatch: { 'הערה ראשית': { 'a/b ~': 'x' } } });
  await patch(admin, { caseId, patch: [{ op: 'replace', path: '/centers/1/Description', value: 'new' }] });
  const pointers = ['/centers/1/Description', '/centers/1', '/centers/0', '/הערה ראשית/a~1b ~0', ''];
  const { caseHelperBlame } = await admin.data(BLAME, { caseId, pointers });
  const times = await world.db.query<{ at: Date }>('select saved_at as at from case_helper order by version');
  const byDana = { source: 'UI', savedBy: { kind: 'USER', id: admin.userId, name: 'dana' } };
  const at = (version: number) => ({ version, savedAt: times[version - 1]!.at.toISOString() });
  expect(caseHelperBlame).toEqual([
    { pointer: pointers[0], ...at(3), ...byDana },
    { pointer: pointers[1], ...at(3), ...byDana },
    { pointer: pointers[2], ...at(1), ...byDana },
    { pointer: pointers[3], ...at(2), source: 'MAKE', savedBy: { kind: 'API_KEY', id: key.id, name: 'test key' } },
    { pointer: pointers[4], ...at(3), ...byDana },
  ]);
});

test('a place in a subtree that was replaced is written only where its value differs', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const caseId = await openWith(
    admin,
    { a: { kept: [1, { x: null }], changed: 1 }, b: 1 },
    { a: { changed: 2, kept: [1, { x: null }] }, b: 1 },
    { a: { changed: 2, kept: [1, { x: null }] }, b: 1 },
  );
  expect(await blame(admin, caseId, ['/a', '/a/kept', '/a/kept/1/x', '/a/changed', '/b', ''])).toEqual([
    ['/a', 2],
    ['/a/kept', 1],
    ['/a/kept/1/x', 1],
    ['/a/changed', 2],
    ['/b', 1],
    ['', 2],
  ]);
});

test('a value that went and came back is of the version that brought it back; a null is a value', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const caseId = await openWith(admin, { a: 1, n: null }, { a: 2 }, { a: 1, n: null, z: 1 });
  expect(await blame(admin, caseId, ['/a', '/n', '/z'])).toEqual([
    ['/a', 3],
    ['/n', 3],
    ['/z', 3],
  ]);
});

test('what is gone is answered with the version that removed it, what was never there is left out', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const caseId = await openWith(admin, { a: { b: 1 }, list: [1, 2] }, { list: [1] }, { list: [1], c: 1 });
  expect(await blame(admin, caseId, ['/never', '/a/b', '/a', '/list/1', '/list/-', '/c/d', '/a/b'])).toEqual([
    ['/a/b', 2],
    ['/a', 2],
    ['/list/1', 2],
    ['/a/b', 2],
  ]);
  const { id: empty } = await openCase(admin, { plate: '1234567' });
  expect(await blame(admin, empty, ['', '/a'])).toEqual([]);
});

test('what only Postgres takes for an index names nothing in an array, and the member of an object that is called so', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const odd = ['-1', '+1', ' 1', '01', '-0'];
  const members = Object.fromEntries(odd.map((token) => [token, { '00': 1 }]));
  const caseId = await openWith(
    admin,
    { place: ['a', 'b'], rows: [members], n: 1 },
    { place: members, rows: [members], n: 2 },
    { place: ['a', 'c'], rows: [members], n: 3 },
    { place: ['a', 'd'], rows: [members], n: 4 },
  );
  // In the last two versions the place is an array: the members went with version 3, and version 4 wrote none of them.
  for (const token of odd)
    expect(await blame(admin, caseId, [`/place/${token}`, `/place/${token}/00`, `/rows/0/${token}/00`])).toEqual([
      [`/place/${token}`, 3],
      [`/place/${token}/00`, 3],
      [`/rows/0/${token}/00`, 1],
    ]);
  expect(await blame(admin, caseId, ['/rows/-1', '/rows/00', '/place/1', '/place/-2'])).toEqual([['/place/1', 4]]);
});

test('50 pointers of a long history are answered by one statement, 51 are refused', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId, databaseId } = await openCase(admin, { helper: { ...sampleHelper(), n: 0 } });
  await world.db.query(
    `insert into case_helper (case_id, helper_json)
     select $1, h.helper_json || jsonb_build_object('n', g) from generate_series(1, 60) g, case_helper h where h.case_id = $1`,
    [databaseId],
  );
  const keys = Object.keys(sampleHelper()).slice(0, 49);
  const pointers = ['/n', ...keys.map((key) => `/${key}`)];
  expect(pointers).toHaveLength(50);
  let answers: [string, number][] = [];
  const statements = await statementsOf(
    async () => {
      answers = await blame(admin, caseId, pointers);
    },
    (text) => text.includes('case_helper'),
  );
  expect(answers).toEqual([['/n', 61], ...keys.map((key) => [`/${key}`, 1])]);
  expect(statements.filter((text) => text.includes('case_helper'))).toHaveLength(1);
  const refused = await admin.send(BLAME, { caseId, pointers: [...pointers, '/a'] });
  expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'VALIDATION_FAILED', field: ['pointers'] });
});

test('what is no pointer is refused by its place in the list', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const caseId = await openWith(admin, { a: 1 });
  for (const pointer of ['a', '/a~', '$.a', '/\0']) {
    const refused = await admin.send(BLAME, { caseId, pointers: ['/a', pointer] });
    expect(refused.errors?.[0]?.extensions, pointer).toMatchObject({
      code: 'VALIDATION_FAILED',
      field: ['pointers', '1'],
    });
  }
  expect(await blame(admin, caseId, [])).toEqual([]);
});

test('an assistant of the organisation is answered, a stranger finds no case', async ({ world }) => {
  const org = await world.org();
  const { id: caseId } = await openCase(await org.member('admin'), { helper: { a: 1 } });
  expect(await blame(await org.member('assistant'), caseId, ['/a'])).toEqual([['/a', 1]]);
  const stranger = await (await world.org()).member('admin');
  for (const pointers of [['/a'], []])
    expect((await stranger.send(BLAME, { caseId, pointers })).errors?.[0]?.extensions).toMatchObject({
      code: 'NOT_FOUND',
      field: ['caseId'],
    });
});
