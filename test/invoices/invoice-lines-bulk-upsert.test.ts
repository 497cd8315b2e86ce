import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { whileHeld } from '../support/held-inserts.ts';
import { CENTRES, moveAssignments, openInvoice, upsertInvoices, upsertLines } from '../support/invoices.ts';
import { countRows } from '../support/row-counts.ts';
import { statementsOf } from '../support/statements.ts';

const outcomes = (payload: { items: { outcome: string }[] }) => payload.items.map((item) => item.outcome);

test('lines are matched by id, else by number; what is not sent stays', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { invoiceId, lineIds } = await openInvoice(admin, 3);
  const written = await upsertLines(admin, {
    invoiceId,
    lines: [
      { id: lineIds[2], lineNumber: 7, unitPrice: '1.50' },
      { lineNumber: 2, description: 'line 2' },
      { lineNumber: 4, description: 'new', lineTotal: '2' },
    ],
  });
  expect(written).toMatchObject({ ok: true, outcome: 'CREATED', invoice: { lines: { totalCount: 4 } } });
  expect(outcomes(written)).toEqual(['UPDATED', 'UNCHANGED', 'CREATED']);
  expect(written.items[0].line).toMatchObject({ databaseId: lineIds[2], lineNumber: 7, description: 'line 3' });
  expect(written.invoice.lines.nodes.map((line: { lineNumber: number }) => line.lineNumber)).toEqual([1, 2, 4, 7]);
});

test('two lines change places in one atomic call; without atomic, and onto a line that stays, they can not', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { invoiceId, lineIds } = await openInvoice(admin, 3);
  const swap = [
    { id: lineIds[0], lineNumber: 2 },
    { id: lineIds[1], lineNumber: 1 },
  ];
  const alone = await upsertLines(admin, { invoiceId, atomic: false, lines: swap });
  expect(outcomes(alone)).toEqual(['REJECTED', 'REJECTED']);
  expect(alone.userErrors).toMatchObject([
    { code: 'DUPLICATE', field: ['input', 'lines', '0', 'lineNumber'] },
    { code: 'DUPLICATE', field: ['input', 'lines', '1', 'lineNumber'] },
  ]);
  const swapped = await upsertLines(admin, { invoiceId, lines: swap });
  expect(swapped.invoice.lines.nodes.map((line: { description: string }) => line.description)).toEqual([
    'line 2',
    'line 1',
    'line 3',
  ]);
  const onto = await upsertLines(admin, { invoiceId, lines: [{ id: lineIds[0], lineNumber: 3 }] });
  expect(onto.userErrors).toMatchObject([{ code: 'DUPLICATE', field: ['input', 'lines', '0', 'lineNumber'] }]);
});

test('REPLACE deletes lines that are not sent, and frees their numbers', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { invoiceId, lineIds } = await openInvoice(admin, 3);
  const replaced = await upsertLines(admin, { invoiceId, mode: 'REPLACE', lines: [{ id: lineIds[0], lineNumber: 2 }] });
  expect(replaced.invoice.lines).toEqual({ totalCount: 1, nodes: [{ lineNumber: 2, description: 'line 1' }] });
  const none = await upsertLines(admin, { invoiceId, mode: 'REPLACE', lines: [] });
  expect(none).toMatchObject({ ok: true, outcome: 'UPDATED', items: [], invoice: { lines: { totalCount: 0 } } });
  const log = await world.db.query(
    "select kind, cardinality(entity_ids) as ids from feed.change_log where entity = 'invoice_lines' order by org_seq",
  );
  expect(log).toEqual([
    { kind: 'CREATED', ids: 3 },
    { kind: 'DELETED', ids: 2 },
    { kind: 'UPDATED', ids: 1 },
    { kind: 'DELETED', ids: 1 },
  ]);
});

test('REPLACE without atomic keeps the line that a refused item means', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { invoiceId } = await openInvoice(admin, 3);
  const replaced = await upsertLines(admin, {
    invoiceId,
    mode: 'REPLACE',
    atomic: false,
    lines: [
      { lineNumber: 1, unitPrice: '-1' },
      { lineNumber: 2, unitPrice: '1' },
    ],
  });
  expect(outcomes(replaced)).toEqual(['REJECTED', 'UPDATED']);
  expect(replaced.invoice.lines.nodes.map((line: { lineNumber: number }) => line.lineNumber)).toEqual([1, 2]);
});

test('a line whose assignment is accepted can not be deleted, by the API or past it', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, invoiceId, lineIds } = await openInvoice(admin, 2);
  const assignments = [{ lineId: lineIds[0], damageCenterCode: CENTRES[0] }];
  await moveAssignments(admin, 'Assign', { caseId, assignments });
  await moveAssignments(admin, 'Accept', { caseId, assignments });
  const before = await countRows(world.db);
  const refused = await upsertLines(admin, { invoiceId, mode: 'REPLACE', lines: [{ lineNumber: 2 }] });
  expect(refused).toMatchObject({ outcome: 'REJECTED', userErrors: [{ code: 'VALIDATION_FAILED' }] });
  expect(refused.userErrors[0].message).toContain('accepted');
  await expect(world.db.query('delete from public.invoice_lines where id = $1', [lineIds[0]])).rejects.toThrow(
    'accepted',
  );
  expect(await countRows(world.db)).toEqual(before);
  expect((await upsertLines(admin, { invoiceId, mode: 'REPLACE', lines: [{ lineNumber: 1 }] })).ok).toBe(true);
});

test('a part is one of the case, by its id or its row_uuid; another is not there', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { caseId, invoiceId } = await openInvoice(admin, 1);
  const rowUuid = randomUUID();
  const [part] = await world.db.query<{ id: string }>(
    "insert into public.parts_required (org_id, case_id, part_name, row_uuid) values ($1, $2, 'door', $3) returning id",
    [org.id, caseId, rowUuid],
  );
  const written = await upsertLines(admin, {
    invoiceId,
    lines: [
      { lineNumber: 1, partId: part!.id },
      { lineNumber: 2, partId: rowUuid },
    ],
  });
  expect(written.items.map((item: { line: object }) => item.line)).toMatchObject([
    { part: { partName: 'door' } },
    { part: { partName: 'door' } },
  ]);
  const refused = await upsertLines(admin, { invoiceId, lines: [{ lineNumber: 1, partId: randomUUID() }] });
  expect(refused.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'lines', '0', 'partId'] }]);
});

test('every fault of every line is named once, and nothing is written', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, invoiceId, lineIds } = await openInvoice(admin, 1);
  const other = await upsertInvoices(admin, { caseId, invoices: [{ invoiceNumber: '2', lines: [{ lineNumber: 1 }] }] });
  const before = await countRows(world.db);
  const refused = await upsertLines(admin, {
    invoiceId,
    lines: [
      { lineNumber: -1, quantity: '-1', itemCategory: 'GLUE' },
      { lineNumber: 2, unitPrice: '0.001', lineTotal: '999999999999' },
      { lineNumber: 3, id: other.items[0].invoice.lines.nodes[0].databaseId },
      { lineNumber: 4 },
      { lineNumber: 4 },
      { lineNumber: 1 },
      { lineNumber: 9, id: lineIds[0] },
    ],
  });
  expect(
    refused.userErrors.map((error: { code: string; field: string[] }) => [error.code, error.field.slice(2).join('.')]),
  ).toEqual([
    ['VALIDATION_FAILED', '0.lineNumber'],
    ['VALIDATION_FAILED', '0.itemCategory'],
    ['VALIDATION_FAILED', '0.quantity'],
    ['VALIDATION_FAILED', '1.unitPrice'],
    ['VALIDATION_FAILED', '1.lineTotal'],
    ['NOT_FOUND', '2.id'],
    ['DUPLICATE', '4'],
    ['DUPLICATE', '6'],
  ]);
  expect(await countRows(world.db)).toEqual(before);
});

test('five thousand lines are one statement and one entry of the feed, and are answered in order', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { invoiceId } = await openInvoice(admin, 1);
  const lines = Array.from({ length: 5_000 }, (_, index) => ({ lineNumber: index + 2, lineTotal: '1.00' }));
  let written: Awaited<ReturnType<typeof upsertLines>>;
  const statements = await statementsOf(
    async () => {
      written = await upsertLines(admin, { invoiceId, lines });
    },
    (text) => text.includes('public.invoice_lines'),
  );
  expect(statements.filter((text) => /insert into public\.invoice_lines/.test(text))).toHaveLength(1);
  expect(written.items.map((item: { line: { lineNumber: number } }) => item.line.lineNumber)).toEqual(
    lines.map((line) => line.lineNumber),
  );
  const log = await world.db.query("select kind from feed.change_log where entity = 'invoice_lines'");
  expect(log).toHaveLength(2);
});

test('writers of the lines and of their invoice at once make no line twice', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, invoiceId } = await openInvoice(admin, 1, { supplierName: 'Garage' });
  const lines = [2, 3].map((lineNumber) => ({ lineNumber }));
  const writeLines = () => upsertLines(admin, { invoiceId, lines });
  const writeInvoice = () =>
    upsertInvoices(admin, { caseId, invoices: [{ supplierName: 'Garage', invoiceNumber: '1', lines }] });
  const calls = [writeLines, writeInvoice, writeLines, writeInvoice, writeLines, writeInvoice];
  const answers = await whileHeld(world.db, 'public.invoice_lines', calls);
  expect(answers.map((answer) => answer.ok)).toEqual(Array(6).fill(true));
  expect((await countRows(world.db))['public.invoice_lines']).toBe(3);
});

test('the same call three times at once with a key writes once and answers the same', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { invoiceId } = await openInvoice(admin, 2);
  const input = { invoiceId, mode: 'REPLACE', idempotencyKey: 'lines-thrice', lines: [{ lineNumber: 5 }] };
  const answers = await Promise.all(Array.from({ length: 3 }, () => upsertLines(admin, input)));
  expect(answers.map((answer) => answer.idempotency.replayed).sort()).toEqual([false, true, true]);
  expect(new Set(answers.map((answer) => JSON.stringify([answer.outcome, answer.items]))).size).toBe(1);
});

test('who may only read is refused, and a foreign invoice answers as one that is not there', async ({ world }) => {
  const org = await world.org();
  const { invoiceId } = await openInvoice(await org.member('admin'), 1);
  const lines = [{ lineNumber: 1, description: 'mine' }];
  const assistant = await upsertLines(await org.member('assistant'), { invoiceId, lines });
  expect(assistant.userErrors).toMatchObject([{ code: 'FORBIDDEN', field: ['input', 'invoiceId'] }]);
  const stranger = await (await world.org()).member('admin');
  const [foreign, absent] = [
    await upsertLines(stranger, { invoiceId, lines }),
    await upsertLines(stranger, { invoiceId: randomUUID(), lines }),
  ];
  expect(foreign).toEqual(absent);
  expect(foreign.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'invoiceId'] }]);
});
