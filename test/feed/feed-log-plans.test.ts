import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect } from 'vitest';
import type { Scope } from '../../src/db/scope.ts';
import { readNews } from '../../src/subscriptions/feed-log.ts';
import { test } from '../support/fixtures.ts';
import { logPlans } from '../support/plans.ts';

const LENGTH = 20_000;

test('of long logs only what is new is read, in the order of each', async ({ world }) => {
  const orgIds = [randomUUID(), randomUUID()];
  await world.db.query(
    `insert into feed.change_log (org_id, org_seq, kind, entity, entity_ids, actor)
     select org_id, seq, 'UPDATED', 'orgs', '{}', 'SYSTEM' from unnest($1::uuid[]) org_id, generate_series(1, $2) seq`,
    [orgIds, LENGTH],
  );
  await world.db.query('analyze feed.change_log');
  const client = new pg.Client({ connectionString: world.db.adminUrl });
  await client.connect();
  try {
    const plans = await logPlans(client);
    const scope = {
      sql: async (text: string, values: unknown[]) => (await client.query(text, values)).rows,
    } as unknown as Scope;
    const after = orgIds.map((orgId) => ({ epoch: '', orgId, seq: LENGTH - 3 }));
    const { entries } = await readNews(scope, after, 5);
    expect(entries.map(({ orgId, seq }) => [orgId, seq])).toEqual(
      [...orgIds].sort().flatMap((orgId, place) => [2, 1, 0].slice(0, 3 - place).map((back) => [orgId, LENGTH - back])),
    );
    const plan = plans.find((text) => text.includes('change_log'));
    expect(plan).toMatch(/Index Scan using change_log_pkey .*\n\s+Index Cond: .*org_id = .* AND .*org_seq > /);
    expect(plan).not.toContain('Seq Scan on change_log');
  } finally {
    await client.end();
  }
});
