import pg from 'pg';
import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { logPlans } from '../support/plans.ts';

test('a column that came to a table later is heard of, and named, before anybody attaches it', async ({ world }) => {
  const org = await world.org();
  const { databaseId: id } = await openCase(await org.member('admin'));
  await world.db.query('alter table public.cases add column late text');
  try {
    await world.db.query("update public.cases set late = 'x' where id = $1", [id]);
    const last = () =>
      world.db.query(
        'select kind, entity, entity_id as id, changed_columns as names from feed.change_log where org_id = $1 order by org_seq desc limit 1',
        [org.id],
      );
    expect(await last()).toEqual([{ kind: 'UPDATED', entity: 'cases', id, names: ['late'] }]);
    await world.db.query("select feed.attach_again('public.cases')");
    await world.db.query("update public.cases set late = 'y', owner_name = 'z' where id = $1", [id]);
    expect(await last()).toMatchObject([{ names: ['late', 'owner_name'] }]);
  } finally {
    await world.db.query('alter table public.cases drop column late');
    await world.db.query("select feed.attach_again('public.cases')");
  }
  await world.db.query("update public.cases set owner_name = 'w' where id = $1", [id]);
});

test('rows are never compared each with each, also where the plan was made for one row', async ({ world }) => {
  const { databaseId: id } = await openCase(await (await world.org()).member('admin'));
  const client = new pg.Client({ connectionString: world.db.adminUrl });
  await client.connect();
  try {
    const plans = await logPlans(client);
    for (const owner of ['a', 'b'])
      await client.query('update public.cases set owner_name = $2 where id = $1', [id, owner]);
    const joins = plans.filter((plan) => plan.includes('Named Tuplestore Scan'));
    expect(joins).toHaveLength(2);
    for (const plan of joins) {
      expect(plan).toMatch(/(Hash|Merge) Join/);
      expect(plan).not.toContain('Nested Loop');
    }
  } finally {
    await client.end();
  }
});
