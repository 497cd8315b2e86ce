import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { CENTRES, moveAssignments, openInvoice } from '../support/invoices.ts';

const MOVES = ['Propose', 'Assign', 'Accept', 'Reject'] as const;
/** How an assignment comes to a state. */
const WAYS = {
  NONE: [],
  PROPOSED: ['Propose'],
  ASSIGNED: ['Assign'],
  ACCEPTED: ['Assign', 'Accept'],
  REJECTED: ['Propose', 'Reject'],
} as const;
/** State before → what each move comes to; what is refused stays as it was. */
const TABLE: Record<keyof typeof WAYS, Record<(typeof MOVES)[number], [outcome: string, status: string | null]>> = {
  NONE: {
    Propose: ['CREATED', 'PROPOSED'],
    Assign: ['CREATED', 'ASSIGNED'],
    Accept: ['NOT_FOUND', null],
    Reject: ['NOT_FOUND', null],
  },
  PROPOSED: {
    Propose: ['UNCHANGED', 'PROPOSED'],
    Assign: ['UPDATED', 'ASSIGNED'],
    Accept: ['VALIDATION_FAILED', 'PROPOSED'],
    Reject: ['UPDATED', 'REJECTED'],
  },
  ASSIGNED: {
    Propose: ['UNCHANGED', 'ASSIGNED'],
    Assign: ['UNCHANGED', 'ASSIGNED'],
    Accept: ['UPDATED', 'ACCEPTED'],
    Reject: ['UPDATED', 'REJECTED'],
  },
  ACCEPTED: {
    Propose: ['UNCHANGED', 'ACCEPTED'],
    Assign: ['VALIDATION_FAILED', 'ACCEPTED'],
    Accept: ['UNCHANGED', 'ACCEPTED'],
    Reject: ['VALIDATION_FAILED', 'ACCEPTED'],
  },
  // Decided against; who thinks again begins again, and the old decision is kept.
  REJECTED: {
    Propose: ['CREATED', 'PROPOSED'],
    Assign: ['CREATED', 'ASSIGNED'],
    Accept: ['VALIDATION_FAILED', 'REJECTED'],
    Reject: ['UNCHANGED', 'REJECTED'],
  },
};

test.for(Object.keys(TABLE) as (keyof typeof WAYS)[])(
  'every move from %s leads where the table says, or is refused naming both states',
  async (before, { world }) => {
    const admin = await (await world.org()).member('admin');
    const { caseId, lineIds } = await openInvoice(admin, MOVES.length);
    for (const [index, move] of MOVES.entries()) {
      const assignments = [{ lineId: lineIds[index], damageCenterCode: CENTRES[0] }];
      for (const step of WAYS[before])
        expect((await moveAssignments(admin, step, { caseId, assignments })).ok).toBe(true);
      const answer = await moveAssignments(admin, move, { caseId, assignments });
      const [outcome, status] = TABLE[before][move];
      expect(answer.userErrors[0]?.code ?? answer.outcome, `${move} of ${before}`).toBe(outcome);
      if (outcome === 'VALIDATION_FAILED') expect(answer.userErrors[0].message).toContain(before);
      const rows = await world.db.query<{ status: string }>(
        'select status from public.invoice_line_assignments where line_id = $1 order by created_at desc limit 1',
        [lineIds[index]],
      );
      expect(rows[0]?.status ?? null, `${move} of ${before}`).toBe(status);
    }
  },
);

test('the database lets nobody past the way: neither a first state, nor a jump, nor a second centre', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { caseId, lineIds } = await openInvoice(admin, 1);
  const insert = (code: string, status: string) =>
    world.db.query(
      'insert into public.invoice_line_assignments (org_id, case_id, line_id, damage_center_code, status) values ($1, $2, $3, $4, $5) returning id',
      [org.id, caseId, lineIds[0], code, status],
    );
  await expect(insert('a', 'ACCEPTED')).rejects.toMatchObject({ code: 'CG003' });
  await expect(insert('a', 'REJECTED')).rejects.toMatchObject({ code: 'CG003' });
  await insert('a', 'PROPOSED');
  const move = (status: string) =>
    world.db.query("update public.invoice_line_assignments set status = $1 where damage_center_code = 'a'", [status]);
  await expect(move('ACCEPTED')).rejects.toMatchObject({ code: 'CG003' });
  await move('ASSIGNED');
  await expect(insert('b', 'ASSIGNED')).rejects.toMatchObject({ constraint: 'invoice_line_assignments_settled' });
  await world.db.query("update public.invoices set plate = '7654321' where case_id = $1", [caseId]);
  await expect(move('ACCEPTED')).rejects.toMatchObject({ code: 'CG004' });
  await world.db.query('update public.invoices set plate = null where case_id = $1', [caseId]);
  await move('ACCEPTED');
  await expect(move('REJECTED')).rejects.toMatchObject({ code: 'CG003' });
});
