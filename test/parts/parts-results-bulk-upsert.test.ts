import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';
import { statementsOf } from '../support/statements.ts';
import { call, faultsOf, outcomesOf, PARTS_RESULTS } from './calls.ts';

const write = (client: TestClient, input: Record<string, unknown>) => call(client, PARTS_RESULTS, input);

const SAMPLE = JSON.parse(readFileSync(new URL('../support/make/parts-search.web.json', import.meta.url), 'utf8'));

test("Make's answer to a web search is kept as it came, in a session of its own", async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const searchContext = { plate: '900-12-345', words: ['פגוש אחורי'] };
  const made = await write(admin, { caseId, searchContext, results: [{ supplier: 'web', results: SAMPLE }] });
  expect(made).toMatchObject({
    ok: true,
    outcome: 'CREATED',
    session: { searchContext, results: { totalCount: 1 }, case: { databaseId: caseId } },
    items: [{ outcome: 'CREATED', result: { results: SAMPLE, session: { databaseId: made.session.databaseId } } }],
  });
});

test('results join the session that is named: matched by id, else by supplier and question, whatever the order of its keys', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const { session } = await write(admin, { caseId, searchContext: { first: true }, results: [] });
  const results = [
    { supplier: 's1', searchQuery: { part: 'door', side: 'left' }, results: [1] },
    { supplier: 's2', searchQuery: { part: 'door', side: 'left' }, results: [2] },
    { searchQuery: { part: 'lamp' }, results: [3] },
    { supplier: 's1', results: [4] },
  ];
  const made = await write(admin, { caseId, sessionId: session.databaseId, results });
  expect(made).toMatchObject({
    outcome: 'CREATED',
    session: { databaseId: session.databaseId, searchContext: { first: true } },
  });
  const again = await write(admin, {
    caseId,
    sessionId: session.id,
    searchContext: { first: false },
    results: [
      { id: made.items[1].result.databaseId, results: [2, 2] },
      { supplier: 's1', searchQuery: { side: 'left', part: 'door' }, results: [1], responseTimeMs: 40 },
      results[2],
      results[3],
    ],
  });
  expect(again).toMatchObject({
    outcome: 'UPDATED',
    session: { searchContext: { first: false }, results: { totalCount: 4 } },
    items: [
      { outcome: 'UPDATED', result: { supplier: 's2', results: [2, 2] } },
      { outcome: 'UPDATED', result: { databaseId: made.items[0].result.databaseId, responseTimeMs: 40 } },
      { outcome: 'UNCHANGED' },
      { outcome: 'UNCHANGED' },
    ],
  });
  expect(outcomesOf(await write(admin, { caseId, sessionId: session.id, results }))).toEqual([
    'UNCHANGED',
    'UPDATED',
    'UNCHANGED',
    'UNCHANGED',
  ]);
});

test('a session is joined from its own case only; foreign, of another case and absent answer alike', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const { databaseId: otherCase } = await openCase(admin, { plate: '1234567' });
  const foreigner = await (await world.org()).member('admin');
  const { databaseId: foreignCase } = await openCase(foreigner);
  const [other, foreign] = [
    await write(admin, { caseId: otherCase, results: [{ results: [1] }] }),
    await write(foreigner, { caseId: foreignCase, results: [{ results: [1] }] }),
  ];
  const before = await countRows(world.db);
  const join = (sessionId: string) => write(admin, { caseId, sessionId, results: [{ results: [2] }] });
  const absent = await join(randomUUID());
  expect(absent.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'sessionId'] }]);
  for (const { session } of [other, foreign]) {
    expect(await join(session.databaseId)).toEqual(absent);
    expect((await join(session.id)).userErrors).toEqual(absent.userErrors);
  }
  // Nor is a result written to by way of another session.
  const { session: mine } = await write(admin, { caseId, results: [] });
  const steal = { id: foreign.items[0].result.databaseId, results: ['stolen'] };
  expect(faultsOf(await write(admin, { caseId, sessionId: mine.id, results: [steal] }))).toEqual(['NOT_FOUND 0/id']);
  expect(await countRows(world.db)).toMatchObject({
    'public.parts_search_results': before['public.parts_search_results'],
  });
});

test('a refused call leaves no session behind', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const before = await countRows(world.db);
  const refused = await write(admin, { caseId, results: [{ results: [] }, { results: [], responseTimeMs: -1 }] });
  expect(refused).toMatchObject({ outcome: 'REJECTED', session: null });
  expect(faultsOf(refused)).toEqual(['VALIDATION_FAILED 1/responseTimeMs']);
  const allBad = await write(admin, { caseId, atomic: false, results: [{ results: [], responseTimeMs: -1 }] });
  expect(allBad).toMatchObject({ outcome: 'REJECTED', session: null });
  const unfaithful = await write(admin, { caseId, searchContext: { words: ['\u0000'] }, results: [] });
  expect(unfaithful.userErrors).toMatchObject([
    { code: 'INVALID_DOCUMENT', field: ['input', 'searchContext', 'words', '0'] },
  ]);
  expect(await countRows(world.db)).toEqual(before);
  const partly = await write(admin, {
    caseId,
    atomic: false,
    results: [{ results: [] }, { results: [], responseTimeMs: -1 }],
  });
  expect(outcomesOf(partly)).toEqual(['CREATED', 'REJECTED']);
});

test('one call sent three times at once makes one session when it has a key, else three', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const input = { caseId, results: [{ supplier: 's', searchQuery: 'q', results: [1] }] };
  const thrice = (more: object) => Promise.all([1, 2, 3].map(() => write(admin, { ...input, ...more })));
  const keyed = await thrice({ idempotencyKey: 'search-once' });
  expect(new Set(keyed.map((answer) => answer.session.databaseId)).size).toBe(1);
  expect(keyed.map((answer) => answer.idempotency.replayed).sort()).toEqual([false, true, true]);
  const joined = await thrice({ sessionId: keyed[0].session.id });
  expect(joined.map((answer) => answer.outcome)).toEqual(Array(3).fill('UNCHANGED'));
  const loose = await thrice({});
  expect(new Set(loose.map((answer) => answer.session.databaseId)).size).toBe(3);
  expect((await countRows(world.db))['public.parts_search_results']).toBe(4);
});

test('five thousand results are one statement and one entry of the feed', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const results = Array.from({ length: 5_000 }, (_, index) => ({ searchQuery: { index }, results: SAMPLE }));
  let made: Awaited<ReturnType<typeof write>>;
  const statements = await statementsOf(
    async () => {
      made = await write(admin, { caseId, results });
    },
    (text) => text.includes('parts_search_results'),
  );
  expect(statements.filter((text) => /insert into public\.parts_search_results/.test(text))).toHaveLength(1);
  expect(made.session.results.totalCount).toBe(5_000);
  expect(made.items.at(-1).result.searchQuery).toEqual({ index: 4_999 });
  expect(
    await world.db.query(
      "select kind, cardinality(entity_ids) as ids from feed.change_log where entity = 'parts_search_results'",
    ),
  ).toEqual([{ kind: 'CREATED', ids: 100 }]);
});
