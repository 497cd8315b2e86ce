import pg from 'pg';
import { expect } from 'vitest';
import { openCase, SAVE, save } from '../support/cases.ts';
import { test, type World } from '../support/fixtures.ts';

const KEY = 'call-0001';

test('a replay answers under the rights the caller has now', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const assessor = await org.member('assessor');
  const { id: caseId, databaseId } = await openCase(admin, { assignedTo: assessor.userId });
  const call = { caseId, idempotencyKey: KEY, expectedVersion: 0, helper: { a: 1 } };
  const first = await save(assessor, call);
  expect(first.outcome).toBe('CREATED');

  await world.db.query('update cases set assigned_to = null where id = $1', [databaseId]);
  const blind = await save(assessor, call);
  expect(blind).toMatchObject({ ok: false, case: null, helper: null, userErrors: [{ code: 'NOT_FOUND' }] });

  await world.db.query(
    "insert into case_collaborators (org_id, case_id, user_id, role) values ($1, $2, $3, 'WATCHER')",
    [org.id, databaseId, assessor.userId],
  );
  expect((await save(assessor, call)).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);

  await world.db.query("update case_collaborators set role = 'EDITOR'");
  expect(await save(assessor, call)).toMatchObject({
    ok: true,
    helper: { id: first.helper.id },
    idempotency: { replayed: true },
  });
});

/** A save that has claimed its key and waits for the case, which `holder` has locked. */
async function startBlockedSave(world: World, caseId: string, databaseId: string) {
  const holder = new pg.Client({ connectionString: world.db.adminUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select from cases where id = $1 for update', [databaseId]);
  const input = { caseId, idempotencyKey: KEY, expectedVersion: 0, helper: { a: 1 } };
  return {
    input,
    release: async () => {
      await holder.query('rollback');
      await holder.end();
    },
  };
}

/** The backend that waits for a lock, once there is one. */
async function findBlockedBackend(world: World): Promise<number> {
  let pid = 0;
  await expect
    .poll(async () => {
      const rows = await world.db.query<{ pid: number }>(
        "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      pid = rows[0]?.pid ?? 0;
      return pid;
    })
    .not.toBe(0);
  return pid;
}

test('a call whose connection dies before its commit leaves no key, and the retry writes', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId, databaseId } = await openCase(admin);
  const { input, release } = await startBlockedSave(world, caseId, databaseId);
  const dying = admin.send(SAVE, { input });
  const pid = await findBlockedBackend(world);
  await world.db.query('select pg_terminate_backend($1)', [pid]);
  const answer = await dying;
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', retryAfter: 2 });
  await release();
  expect(await world.db.query('select from gateway.idempotency')).toEqual([]);
  expect(await world.db.query('select from case_helper')).toEqual([]);
  expect(await save(admin, input)).toMatchObject({ outcome: 'CREATED', idempotency: { replayed: false } });
});

test('a retry that meets the first call still running is told to wait, and writes nothing', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId, databaseId } = await openCase(admin);
  // Stands for a first call that takes long: its key is claimed, its outcome not yet committed.
  const first = new pg.Client({ connectionString: world.db.adminUrl });
  await first.connect();
  const input = { caseId, idempotencyKey: KEY, expectedVersion: 0, helper: { a: 1 } };
  await first.query('begin');
  await first.query(
    `insert into gateway.idempotency (org_id, principal, operation, key, fingerprint)
     select org_id, $2, 'caseHelperSaveFull', $3, sha256('x') from cases where id = $1`,
    [databaseId, `USER:${admin.userId}`, KEY],
  );
  const waiting = await admin.send(SAVE, { input });
  expect(waiting.errors?.[0]?.extensions).toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS', retryAfter: 2 });
  await first.query('rollback');
  await first.end();
  expect((await save(admin, input)).outcome).toBe('CREATED');
});
