import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { whileHeld } from '../support/held-inserts.ts';
import { CENTRES, moveAssignments, openInvoice, statusOfInvoice } from '../support/invoices.ts';

test('an assignment that is rejected leaves its line free and its invoice PENDING; the reason is kept', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, invoiceId, lineIds } = await openInvoice(admin, 1);
  const item = { lineId: lineIds[0], damageCenterCode: CENTRES[0] };
  const made = await moveAssignments(admin, 'Assign', { caseId, assignments: [item] });
  expect(await statusOfInvoice(admin, invoiceId)).toBe('ASSIGNED');
  const { id } = made.items[0].assignment;
  const rejected = await moveAssignments(admin, 'Reject', { caseId, assignments: [{ id, note: 'another accident' }] });
  expect(rejected.items[0]).toMatchObject({
    outcome: 'UPDATED',
    assignment: { id, status: 'REJECTED', note: 'another accident' },
  });
  expect(await statusOfInvoice(admin, invoiceId)).toBe('PENDING');
  const anew = await moveAssignments(admin, 'Assign', { caseId, assignments: [item] });
  expect(anew.items[0].outcome).toBe('CREATED');
  expect(anew.items[0].assignment.id).not.toBe(id);
});

test('accepting and rejecting at once: whichever comes first holds', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, lineIds } = await openInvoice(admin, 1);
  const input = { caseId, assignments: [{ lineId: lineIds[0], damageCenterCode: CENTRES[0] }] };
  await moveAssignments(admin, 'Assign', input);
  const [accepted, rejected] = await whileHeld(world.db, 'public.invoice_line_assignments', [
    () => moveAssignments(admin, 'Accept', input),
    () => moveAssignments(admin, 'Reject', input),
  ]);
  expect([accepted.ok, rejected.ok].sort()).toEqual([false, true]);
  const [row] = await world.db.query<{ status: string }>('select status from public.invoice_line_assignments');
  expect(row!.status).toBe(accepted.ok ? 'ACCEPTED' : 'REJECTED');
});

test('without atomic each item stands alone', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, lineIds } = await openInvoice(admin, 2);
  await moveAssignments(admin, 'Propose', {
    caseId,
    assignments: [{ lineId: lineIds[0], damageCenterCode: CENTRES[0] }],
  });
  const rejected = await moveAssignments(admin, 'Reject', {
    caseId,
    atomic: false,
    assignments: lineIds.map((lineId) => ({ lineId, damageCenterCode: CENTRES[0] })),
  });
  expect(rejected.items).toMatchObject([
    { outcome: 'UPDATED', assignment: { status: 'REJECTED' } },
    { outcome: 'REJECTED', assignment: null, userErrors: [{ code: 'NOT_FOUND' }] },
  ]);
});
