import { expect } from 'vitest';
import { save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { whileHeld } from '../support/held-inserts.ts';
import { CENTRES, moveAssignments, openInvoice, statusOfInvoice, upsertInvoices } from '../support/invoices.ts';

test('accepting is done once: six callers at once write once, and the invoice is ACCEPTED with its last line', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, invoiceId, lineIds } = await openInvoice(admin, 2);
  const assignments = lineIds.map((lineId) => ({ lineId, damageCenterCode: CENTRES[0] }));
  await moveAssignments(admin, 'Assign', { caseId, assignments });
  await moveAssignments(admin, 'Accept', { caseId, assignments: assignments.slice(0, 1) });
  expect(await statusOfInvoice(admin, invoiceId)).toBe('ASSIGNED');
  const accept = () => moveAssignments(admin, 'Accept', { caseId, assignments });
  const answers = await whileHeld(
    world.db,
    'public.invoice_line_assignments',
    Array.from({ length: 6 }, () => accept),
  );
  expect(answers.map((answer) => answer.outcome).sort()).toEqual([...Array(5).fill('UNCHANGED'), 'UPDATED']);
  expect(await statusOfInvoice(admin, invoiceId)).toBe('ACCEPTED');
  const log = await world.db.query(
    "select from feed.change_log where entity = 'invoice_line_assignments' and kind = 'UPDATED'",
  );
  expect(log).toHaveLength(2);
});

test('of two centres that callers take a line into at once, one gets it', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, lineIds } = await openInvoice(admin, 1);
  const answers = await Promise.all(
    [CENTRES[0], CENTRES[1]].map(async (damageCenterCode) => {
      const input = { caseId, assignments: [{ lineId: lineIds[0], damageCenterCode }] };
      await moveAssignments(admin, 'Assign', input);
      return moveAssignments(admin, 'Accept', input);
    }),
  );
  expect(answers.map((answer) => answer.outcome).sort()).toEqual(['REJECTED', 'UPDATED']);
  const rows = await world.db.query("select from public.invoice_line_assignments where status = 'ACCEPTED'");
  expect(rows).toHaveLength(1);
});

test("lines of an invoice with another vehicle's plate are not accepted until the plate is corrected", async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, invoiceId, lineIds } = await openInvoice(admin, 1, { plate: '76-543-21' });
  const input = { caseId, assignments: [{ lineId: lineIds[0], damageCenterCode: CENTRES[0] }] };
  expect((await moveAssignments(admin, 'Assign', input)).ok).toBe(true);
  const refused = await moveAssignments(admin, 'Accept', input);
  expect(refused.userErrors).toMatchObject([{ code: 'PLATE_MISMATCH', field: ['input', 'assignments', '0'] }]);
  const byHand = await upsertInvoices(admin, { caseId, invoices: [{ id: invoiceId, status: 'ACCEPTED' }] });
  expect(byHand.userErrors).toMatchObject([{ code: 'PLATE_MISMATCH', field: ['input', 'invoices', '0', 'status'] }]);
  await upsertInvoices(admin, { caseId, invoices: [{ id: invoiceId, plate: '900-12-345' }] });
  expect((await moveAssignments(admin, 'Accept', input)).outcome).toBe('UPDATED');
});

test('lines of a cancelled invoice, and of a centre that the helper no longer has, are not accepted', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, invoiceId, lineIds } = await openInvoice(admin, 1);
  const input = { caseId, assignments: [{ lineId: lineIds[0], damageCenterCode: CENTRES[0] }] };
  await moveAssignments(admin, 'Assign', input);
  await upsertInvoices(admin, { caseId, invoices: [{ id: invoiceId, status: 'CANCELLED' }] });
  expect((await moveAssignments(admin, 'Accept', input)).userErrors).toMatchObject([{ code: 'VALIDATION_FAILED' }]);
  await upsertInvoices(admin, { caseId, invoices: [{ id: invoiceId, status: 'PENDING' }] });
  await save(admin, { caseId, onConflict: 'FORCE', helper: { centers: [{ Id: CENTRES[1] }] } });
  const gone = await moveAssignments(admin, 'Accept', input);
  expect(gone.userErrors).toMatchObject([
    { code: 'NOT_FOUND', field: ['input', 'assignments', '0', 'damageCenterCode'] },
  ]);
  expect(gone.userErrors[0].message).toContain(CENTRES[1]);
});

test('a replay of an acceptance answers as the first did', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, lineIds } = await openInvoice(admin, 1);
  const assignments = [{ lineId: lineIds[0], damageCenterCode: CENTRES[0] }];
  await moveAssignments(admin, 'Assign', { caseId, assignments });
  const input = { caseId, assignments, idempotencyKey: 'accept-once' };
  const first = await moveAssignments(admin, 'Accept', input);
  expect(await moveAssignments(admin, 'Accept', input)).toEqual({ ...first, idempotency: { replayed: true } });
});
