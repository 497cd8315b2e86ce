import { expect } from 'vitest';
import { openCase, SAMPLE_PLATE, SAVE, save, UPSERT } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';

const RESTORE =
  'mutation ($input: CaseHelperRestoreLatestInput!) { result: caseHelperRestoreLatest(input: $input) { ok userErrors { code field } } }';
const CASES =
  'query ($filter: CaseFilter, $first: Int) { cases(filter: $filter, first: $first) { totalCount nodes { id } } }';

test('text that can not be stored, too long or of the wrong kind, is refused with a code; nothing is written', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
  await save(admin, { caseId, expectedVersion: 1, helper: { a: 2 } });
  const next = { caseId, expectedVersion: 2, helper: { a: 3 } };
  const calls: [what: string, document: string, input: object, field?: string[]][] = [
    ['U+0000 in a label', SAVE, { ...next, label: 'x\0' }, ['input', 'label']],
    ['U+0000 in a note', SAVE, { ...next, note: '\0' }, ['input', 'note']],
    ['U+0000 in a reason', RESTORE, { caseId, reason: '\0' }, ['input', 'reason']],
    ['U+0000 in an owner name', UPSERT, { plate: '1234567', ownerName: 'a\0b' }, ['input', 'ownerName']],
    ['U+0000 in an owner name of an existing case', UPSERT, { caseId, ownerName: 'a\0b' }, ['input', 'ownerName']],
    ['U+0000 in a filing id', UPSERT, { plate: '1234567', filingId: 'a\0b' }, ['input', 'filingId']],
    ['U+0000 in a place', UPSERT, { plate: '1234567', inspectionLocation: '\0' }, ['input', 'inspectionLocation']],
    ['half a surrogate pair in a note', SAVE, { ...next, note: 'a\ud800' }, ['input', 'note']],
    ['U+0000 in a plate', UPSERT, { plate: '1234567\0' }, ['input', 'plate']],
    ['U+0000 in a key', UPSERT, { plate: '1234567', idempotencyKey: '12345678\0' }, ['input', 'idempotencyKey']],
    ['U+0000 in an id', UPSERT, { caseId: `${caseId}\0`, ownerName: 'A' }, ['input', 'caseId']],
    ['a label of 201 characters', SAVE, { ...next, label: 'x'.repeat(201) }, ['input', 'label']],
    ['a note of 2,001 characters', SAVE, { ...next, note: 'x'.repeat(2_001) }, ['input', 'note']],
    ['a malformed case id', SAVE, { ...next, caseId: 'no-id' }, ['input', 'caseId']],
    ['an empty case id', SAVE, { ...next, caseId: '' }, ['input', 'caseId']],
    ['an integer beyond 32 bits', SAVE, { ...next, expectedVersion: 2 ** 31 }],
    ['a fraction for an integer', SAVE, { ...next, expectedVersion: 1.5 }],
    ['a text for an integer', SAVE, { ...next, expectedVersion: '1' }],
    ['an unknown status', UPSERT, { plate: '1234567', status: 'DONE' }],
    ['an unknown strategy', SAVE, { ...next, onConflict: 'MERGE' }],
    ['an unknown source', SAVE, { ...next, source: 'EXCEL' }],
    ['an unknown field', SAVE, { ...next, version: 3 }],
  ];
  const before = await countRows(world.db);
  for (const [what, document, input, field] of calls) {
    const { data, errors } = await admin.send(document, { input });
    const refusal = errors
      ? { code: errors[0]!.extensions.code, field: errors[0]!.extensions.field }
      : (Object.values(data as object)[0].userErrors[0] ?? null);
    expect(refusal, what).toMatchObject({ code: 'VALIDATION_FAILED', ...(field ? { field } : {}) });
  }
  expect(await countRows(world.db)).toEqual(before);
});

test('a filter that can not be understood is refused with a code', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  await openCase(admin, { helper: { a: 1 } });
  const filters: [filter: object, field?: string[]][] = [
    [{ plate: 'x' }, ['filter', 'plate']],
    [{ plate: '12345\0' }, ['filter', 'plate']],
    [{ search: 'a\0b' }, ['filter', 'search']],
    [{ search: 'x'.repeat(201) }, ['filter', 'search']],
    [{ assignedTo: 'nobody' }, ['filter', 'assignedTo']],
    [{ status: ['DONE'] }],
    [{ createdAfter: 'yesterday' }],
    [{ createdAfter: '2025-13-01T00:00:00Z' }],
    [{ helper: [{ pointer: '/a' }] }, ['filter', 'helper', '0']],
    [{ helper: [{ pointer: '/a', equals: 1, exists: true }] }, ['filter', 'helper', '0']],
    [{ helper: [{ pointer: 'a', exists: true }] }, ['filter', 'helper', '0', 'pointer']],
    [{ helper: [{ pointer: '/a~2', exists: true }] }, ['filter', 'helper', '0', 'pointer']],
    [{ helper: [{ pointer: '/\0', exists: true }] }, ['filter', 'helper', '0', 'pointer']],
    [{ helper: [{ pointer: '/a', equals: 'x\0' }] }, ['filter', 'helper', '0', 'equals']],
    [{ helper: [{ pointer: '/a', contains: '\ud800' }] }, ['filter', 'helper', '0', 'contains']],
    [{ helper: [{ pointer: '/a', in: ['\ud800'] }] }, ['filter', 'helper', '0', 'in']],
    [{ helper: [{ pointer: '/a', greaterThan: 2 ** 60 }] }, ['filter', 'helper', '0', 'greaterThan']],
    [{ helper: Array.from({ length: 11 }, () => ({ pointer: '/a', exists: true })) }, ['filter', 'helper']],
  ];
  for (const [filter, field] of filters) {
    const { errors } = await admin.send(CASES, { filter });
    expect(errors?.[0]?.extensions, JSON.stringify(filter)).toMatchObject({
      code: 'VALIDATION_FAILED',
      ...(field ? { field } : {}),
    });
  }
});

test('bodies that are no GraphQL request are refused with a code', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const before = await countRows(world.db);
  const bodies: [what: string, body: string, code: string][] = [
    ['no JSON', '{"query":', 'VALIDATION_FAILED'],
    ['no query', '{"variables":{}}', 'VALIDATION_FAILED'],
    ['a query of another kind', '{"query":7}', 'VALIDATION_FAILED'],
    ['a document that does not parse', '{"query":"{ viewer { "}', 'VALIDATION_FAILED'],
    ['an overlong document', JSON.stringify({ query: `{ ${'viewer { role } '.repeat(2_000)} }` }), 'QUERY_TOO_COMPLEX'],
    [
      '13 MB',
      JSON.stringify({ query: '{ viewer { role } }', variables: { x: 'x'.repeat(13 << 20) } }),
      'PAYLOAD_TOO_LARGE',
    ],
  ];
  for (const [what, body, code] of bodies) {
    const answer = await admin.sendBody(body);
    expect(answer.errors?.[0]?.extensions.code, what).toBe(code);
  }
  expect(await countRows(world.db)).toEqual(before);
  expect((await admin.data(UPSERT, { input: { plate: SAMPLE_PLATE } })).caseUpsert.outcome).toBe('CREATED');
});

test('a document that does not fit the schema is refused with a code and a request id, each time anew', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const [first, second] = [await admin.send('{ nothing }'), await admin.send('{ nothing }')];
  expect(first.errors?.[0]?.extensions.code).toBe('VALIDATION_FAILED');
  expect(first.errors?.[0]?.extensions.requestId).not.toBe(second.errors?.[0]?.extensions.requestId);
});

test('fragments that double each other at the root kept the server busy for ever', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const fragments = Array.from({ length: 30 }, (_, n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`).join(
    ' ',
  );
  const { errors, data } = await admin.send(`{ ...f0 } ${fragments} fragment f30 on Query { viewer { role } }`);
  if (errors) expect(errors[0]!.extensions.code).toBe('QUERY_TOO_COMPLEX');
  else expect(data).toEqual({ viewer: { role: 'admin' } });
});
