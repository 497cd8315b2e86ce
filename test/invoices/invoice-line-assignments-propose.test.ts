import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { CENTRES, moveAssignments, openInvoice, statusOfInvoice, upsertInvoices } from '../support/invoices.ts';
import { countRows } from '../support/row-counts.ts';

test('a line may be proposed to several centres; a proposal that is repeated brings what it says up to date', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, invoiceId, lineIds } = await openInvoice(admin, 1);
  const [lineId] = lineIds;
  const made = await moveAssignments(admin, 'Propose', {
    caseId,
    source: 'MAKE',
    assignments: [
      { lineId, damageCenterCode: CENTRES[0], method: 'AI', confidence: '0.9125', note: 'rear bumper' },
      { lineId, damageCenterCode: CENTRES[1] },
    ],
  });
  expect(made.items.map((item: { assignment: object }) => item.assignment)).toMatchObject([
    { status: 'PROPOSED', method: 'AI', confidence: '0.9125', note: 'rear bumper', source: 'MAKE' },
    { status: 'PROPOSED', method: 'USER', confidence: null },
  ]);
  const again = await moveAssignments(admin, 'Propose', {
    caseId,
    assignments: [
      { lineId, damageCenterCode: CENTRES[0], confidence: '0.5' },
      { lineId, damageCenterCode: CENTRES[1] },
    ],
  });
  expect(again.items).toMatchObject([
    { outcome: 'UPDATED', assignment: { method: 'AI', confidence: '0.5', note: 'rear bumper' } },
    { outcome: 'UNCHANGED' },
  ]);
  expect(await statusOfInvoice(admin, invoiceId)).toBe('DRAFT');
});

test('a late proposal does not touch what was assigned meanwhile', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, lineIds } = await openInvoice(admin, 1);
  const item = { lineId: lineIds[0], damageCenterCode: CENTRES[0] };
  await moveAssignments(admin, 'Assign', { caseId, assignments: [item] });
  const late = await moveAssignments(admin, 'Propose', {
    caseId,
    assignments: [{ ...item, method: 'AI', confidence: '0.1' }],
  });
  expect(late.items[0]).toMatchObject({
    outcome: 'UNCHANGED',
    assignment: { status: 'ASSIGNED', method: 'USER', confidence: null },
  });
});

test('each bad item is named: lines of other cases, unknown centres with the known ones, missing names, doubles', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, lineIds } = await openInvoice(admin, 1);
  const other = await openCase(admin, { plate: '7654321' });
  const elsewhere = await upsertInvoices(admin, {
    caseId: other.databaseId,
    invoices: [{ lines: [{ lineNumber: 1 }] }],
  });
  const before = await countRows(world.db);
  const [lineId] = lineIds;
  const refused = await moveAssignments(admin, 'Propose', {
    caseId,
    assignments: [
      { lineId: elsewhere.items[0].invoice.lines.nodes[0].databaseId, damageCenterCode: CENTRES[0] },
      { lineId: randomUUID(), damageCenterCode: CENTRES[0] },
      { lineId, damageCenterCode: 'dc_unknown' },
      { lineId },
      { damageCenterCode: CENTRES[0] },
      { id: randomUUID() },
      { lineId, damageCenterCode: CENTRES[0], confidence: '1.1' },
      { lineId, damageCenterCode: CENTRES[1], confidence: '0.12345' },
      { lineId, damageCenterCode: CENTRES[1] },
    ],
  });
  expect(
    refused.userErrors.map((error: { code: string; field: string[] }) => [error.code, error.field.slice(2).join('.')]),
  ).toEqual([
    ['NOT_FOUND', '0.lineId'],
    ['NOT_FOUND', '1.lineId'],
    ['NOT_FOUND', '2.damageCenterCode'],
    ['VALIDATION_FAILED', '3.damageCenterCode'],
    ['VALIDATION_FAILED', '4.lineId'],
    ['NOT_FOUND', '5.id'],
    ['VALIDATION_FAILED', '6.confidence'],
    ['VALIDATION_FAILED', '7.confidence'],
    ['DUPLICATE', '8'],
  ]);
  expect(refused.userErrors[2].message).toContain(CENTRES.join(', '));
  expect(refused.userErrors[0].message).toBe(refused.userErrors[1].message);
  expect(await countRows(world.db)).toEqual(before);
});

test('before the case has a helper any code is taken', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const made = await upsertInvoices(admin, { caseId, invoices: [{ lines: [{ lineNumber: 1 }] }] });
  const lineId = made.items[0].invoice.lines.nodes[0].databaseId;
  const proposed = await moveAssignments(admin, 'Propose', {
    caseId,
    assignments: [{ lineId, damageCenterCode: 'dc_1' }],
  });
  expect(proposed.outcome).toBe('CREATED');
});

test('the same call three times at once with a key writes once; without one the second finds the first', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, lineIds } = await openInvoice(admin, 2);
  const send = (lineId: string | undefined, key: object) =>
    moveAssignments(admin, 'Propose', { caseId, ...key, assignments: [{ lineId, damageCenterCode: CENTRES[0] }] });
  const keyed = await Promise.all([1, 2, 3].map(() => send(lineIds[0], { idempotencyKey: 'propose-thrice' })));
  expect(keyed.map((answer) => answer.outcome)).toEqual(Array(3).fill('CREATED'));
  const bare = await Promise.all([1, 2, 3].map(() => send(lineIds[1], {})));
  expect(bare.map((answer) => answer.outcome).sort()).toEqual(['CREATED', 'UNCHANGED', 'UNCHANGED']);
  expect((await countRows(world.db))['public.invoice_line_assignments']).toBe(2);
});

test('who may only read is refused, and a case of another organisation is not there', async ({ world }) => {
  const org = await world.org();
  const { caseId, lineIds } = await openInvoice(await org.member('admin'), 1);
  const input = { caseId, assignments: [{ lineId: lineIds[0], damageCenterCode: CENTRES[0] }] };
  expect((await moveAssignments(await org.member('assistant'), 'Propose', input)).userErrors).toMatchObject([
    { code: 'FORBIDDEN' },
  ]);
  const stranger = await moveAssignments(await (await world.org()).member('admin'), 'Propose', input);
  expect(stranger.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'caseId'] }]);
});
