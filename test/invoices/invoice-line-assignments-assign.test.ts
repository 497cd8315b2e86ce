import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { whileHeld } from '../support/held-inserts.ts';
import { CENTRES, moveAssignments, openInvoice, statusOfInvoice } from '../support/invoices.ts';

test('when every line has its centre the invoice is ASSIGNED', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, invoiceId, lineIds } = await openInvoice(admin, 2, { status: 'PENDING' });
  const assign = (lineId: string | undefined) =>
    moveAssignments(admin, 'Assign', { caseId, assignments: [{ lineId, damageCenterCode: CENTRES[0] }] });
  await assign(lineIds[0]);
  expect(await statusOfInvoice(admin, invoiceId)).toBe('PENDING');
  await assign(lineIds[1]);
  expect(await statusOfInvoice(admin, invoiceId)).toBe('ASSIGNED');
});

test('a status that people gave the invoice stays', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, invoiceId, lineIds } = await openInvoice(admin, 1, { status: 'PAID' });
  await moveAssignments(admin, 'Assign', {
    caseId,
    assignments: [{ lineId: lineIds[0], damageCenterCode: CENTRES[0] }],
  });
  expect(await statusOfInvoice(admin, invoiceId)).toBe('PAID');
});

test('a line has one centre: another is refused until the first is rejected, in one call too', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, lineIds } = await openInvoice(admin, 1);
  const [first, second] = [0, 1].map((index) => ({ lineId: lineIds[0], damageCenterCode: CENTRES[index] }));
  const both = await moveAssignments(admin, 'Assign', { caseId, atomic: false, assignments: [first, second] });
  expect(both.items).toMatchObject([
    { outcome: 'CREATED' },
    { outcome: 'REJECTED', userErrors: [{ code: 'VALIDATION_FAILED' }] },
  ]);
  expect(both.items[1].userErrors[0].message).toContain(CENTRES[0]);
  expect((await moveAssignments(admin, 'Assign', { caseId, assignments: [second] })).ok).toBe(false);
  await moveAssignments(admin, 'Reject', { caseId, assignments: [first] });
  expect((await moveAssignments(admin, 'Assign', { caseId, assignments: [second] })).outcome).toBe('CREATED');
});

test('two callers who assign different centres to one line at once: one wins, the other is told which', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, lineIds } = await openInvoice(admin, 1);
  const assign = (damageCenterCode: string) => () =>
    moveAssignments(admin, 'Assign', { caseId, assignments: [{ lineId: lineIds[0], damageCenterCode }] });
  const answers = await whileHeld(world.db, 'public.invoice_line_assignments', CENTRES.map(assign));
  expect(answers.map((answer) => answer.outcome).sort()).toEqual(['CREATED', 'REJECTED', 'REJECTED']);
  const winner = answers.find((answer) => answer.ok).items[0].assignment.damageCenterCode;
  for (const loser of answers.filter((answer) => !answer.ok)) expect(loser.userErrors[0].message).toContain(winner);
});

test('a proposal is assigned by its id', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { caseId, lineIds } = await openInvoice(admin, 1);
  const made = await moveAssignments(admin, 'Propose', {
    caseId,
    assignments: [{ lineId: lineIds[0], damageCenterCode: CENTRES[0], method: 'AI', confidence: '0.5' }],
  });
  const { id } = made.items[0].assignment;
  const assigned = await moveAssignments(admin, 'Assign', {
    caseId,
    assignments: [{ id, method: 'USER', note: 'seen' }],
  });
  expect(assigned.items[0]).toMatchObject({
    outcome: 'UPDATED',
    assignment: { id, status: 'ASSIGNED', method: 'USER', note: 'seen', confidence: '0.5' },
  });
});
