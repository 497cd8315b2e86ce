import { expect } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import { openCase, save } from '../support/cases.ts';
import type { TestDatabase } from '../support/database.ts';
import { test } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';
import { CHANGED_VERSIONS, FEED, FEED_PAGE, seqOf } from './documents.ts';

interface Logged {
  readonly org_id: string;
  readonly seq: number;
  readonly case_id: string | null;
  readonly case_version: number | null;
  readonly entity: string;
  readonly entity_id: string | null;
  readonly ids: number;
}

const readLog = (db: TestDatabase, orgId: string) =>
  db.query<Logged & { at: Date }>(
    `select org_id, org_seq::int as seq, case_id, case_version, entity, entity_id, cardinality(entity_ids) as ids, at
     from feed.change_log where org_id = $1 order by org_seq`,
    [orgId],
  );

test('200 writers at once on two organisations: every log counts 1..N without a gap, every case its versions in order', {
  timeout: 60_000,
}, async ({ world }) => {
  const orgs = await Promise.all([world.org(), world.org()]);
  const admins = await Promise.all(orgs.map((org) => org.member('admin')));
  const cases = await Promise.all(
    admins.flatMap((admin) => Array.from({ length: 5 }, (_, n) => openCase(admin, { plate: `7000000${n}` }))),
  );
  const live = await Promise.all(
    admins.map(async (admin) => {
      const stream = (await TestSocket.open(admin)).subscribe(FEED);
      return { stream, ready: await stream.event() };
    }),
  );
  const payloads = await Promise.all(
    Array.from({ length: 200 }, (_, index) => {
      const caseId = cases[index % 10]!.id;
      // Every tenth is refused after it has begun to write, and must leave no trace.
      const extra = index % 10 === 9 && index % 20 === 19 ? { label: 'x'.repeat(201) } : {};
      return save(admins[index % 10 < 5 ? 0 : 1]!, {
        caseId,
        expectedVersion: 0,
        onConflict: 'FORCE',
        helper: { index },
        ...extra,
      });
    }),
  );
  const written = payloads.filter((payload) => payload.ok);
  expect(written).toHaveLength(190);
  for (const [index, org] of orgs.entries()) {
    const log = await readLog(world.db, org.id);
    expect(log.map((entry) => entry.seq)).toEqual(log.map((_, position) => position + 1));
    const head = await world.db.query('select seq::int from feed.org_feed where org_id = $1', [org.id]);
    expect(head).toEqual([{ seq: log.length }]);
    for (const { databaseId } of cases) {
      const versions = log.filter((entry) => entry.case_id === databaseId && entry.case_version !== null);
      expect(versions.map((entry) => entry.case_version)).toEqual(versions.map((_, position) => position + 1));
    }
    const { stream, ready } = live[index]!;
    const heard = await stream.events(log.length - seqOf(ready.cursor));
    expect(heard.map((event) => seqOf(event.cursor))).toEqual(log.slice(seqOf(ready.cursor)).map((entry) => entry.seq));
    stream.stop();
  }
  expect(await world.db.query('select id from feed.pending')).toEqual([]);
});

test('a transaction that rolls back leaves no entry and takes no number', async ({ world, server }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const opened = await openCase(admin);
  const before = await readLog(world.db, org.id);
  const owner = {
    identity: { kind: 'USER', userId: admin.userId, expiresAt: null },
    requestId: 'rolled-back',
    requestedOrg: null,
  } as const;
  const failing = server.app.database.write(owner, async (scope) => {
    await scope.sql('update public.cases set owner_name = $2 where id = $1', [opened.databaseId, 'nobody']);
    throw new Refusal('VALIDATION_FAILED', 'on second thoughts');
  });
  await expect(failing).rejects.toThrow('on second thoughts');
  expect(await readLog(world.db, org.id)).toEqual(before);
  await save(admin, { caseId: opened.id, expectedVersion: 0, helper: { a: 1 } });
  expect((await readLog(world.db, org.id)).map((entry) => entry.seq)).toEqual(
    Array.from({ length: before.length + 1 }, (_, index) => index + 1),
  );
});

test('a transaction that is slow to commit is not overtaken: its entry gets its number when it commits', async ({
  world,
  server,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const [slow, quick] = [await openCase(admin), await openCase(admin, { plate: '1234567' })];
  const stream = (await TestSocket.open(admin)).subscribe(FEED);
  await stream.event();
  const owner = {
    identity: { kind: 'USER', userId: admin.userId, expiresAt: null },
    requestId: 'slow-writer',
    requestedOrg: null,
  } as const;
  await server.app.database.write(owner, async (scope) => {
    await scope.sql('update public.cases set owner_name = $2 where id = $1', [slow.databaseId, 'first to write']);
    await save(admin, { caseId: quick.id, expectedVersion: 0, helper: { a: 1 } });
    expect(await stream.event()).toMatchObject({ entity: 'case_helper', caseId: quick.id });
  });
  expect(await stream.event()).toMatchObject({ entity: 'cases', caseId: slow.id, requestId: 'slow-writer' });
  stream.stop();
});

test('one statement over many rows is one entry per case, naming at most 100 of them', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const opened = await openCase(admin);
  await world.db.query(
    `insert into cases (org_id, plate) select $1, (60000000 + n)::text from generate_series(1, 49) n`,
    [org.id],
  );
  const { cursor } = (await admin.data(FEED_PAGE, { first: 200 })).feedPage;
  await world.db.query('update cases set owner_name = $2 where org_id = $1', [org.id, 'all of them']);
  const updated = (await admin.data(FEED_PAGE, { after: cursor, first: 200 })).feedPage;
  expect(updated.changes).toHaveLength(50);
  expect(new Set(updated.changes.map((change: { caseId: string }) => change.caseId)).size).toBe(50);
  expect(updated.changes.map((change: { kind: string; entity: string }) => `${change.kind} ${change.entity}`)).toEqual(
    Array(50).fill('UPDATED cases'),
  );

  await world.db.query('insert into auth.users (email) select n || $1 from generate_series(1, 150) n', ['@bulk.test']);
  await world.db.query(
    `insert into user_orgs (org_id, user_id, role) select $1, id, 'assessor' from auth.users where email like '%@bulk.test'`,
    [org.id],
  );
  await world.db.query(
    `insert into case_collaborators (org_id, case_id, user_id) select $1, $2, id from auth.users where email like '%@bulk.test'`,
    [org.id, opened.databaseId],
  );
  const bulk = (await admin.data(FEED_PAGE, { after: updated.cursor })).feedPage.changes;
  expect(bulk).toHaveLength(2);
  expect(bulk[0]).toMatchObject({ entity: 'user_orgs', caseId: null, entityId: null, node: null });
  expect(bulk[1]).toMatchObject({
    entity: 'case_collaborators',
    kind: 'CREATED',
    caseId: opened.id,
    entityId: null,
    node: null,
    actor: { kind: 'SYSTEM' },
  });
  expect(bulk[1].entityIds).toHaveLength(100);
});

test('what changes nothing is no news: an equal update, a draft, the version mark of a case', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const opened = await openCase(admin, { ownerName: 'same' });
  const before = await readLog(world.db, org.id);
  await world.db.query('update cases set owner_name = owner_name');
  await admin.data(
    'mutation ($input: CaseHelperDraftSaveInput!) { caseHelperDraftSave(input: $input) { ok userErrors { code } } }',
    { input: { caseId: opened.id, baseVersion: 0, helper: { draft: true } } },
  );
  expect(await readLog(world.db, org.id)).toEqual(before);
  await save(admin, { caseId: opened.id, expectedVersion: 0, helper: { a: 1 } });
  expect((await readLog(world.db, org.id)).slice(before.length)).toMatchObject([
    { entity: 'case_helper', case_version: 1 },
  ]);
});

test('versions written in one transaction, by whoever, all arrive', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin);
  const stream = (await TestSocket.open(admin)).subscribe(CHANGED_VERSIONS, { caseId: opened.id });
  await stream.event();
  await world.db.query(
    `insert into case_helper (case_id, helper_json) select $1, jsonb_build_object('n', n) from generate_series(1, 3) n`,
    [opened.databaseId],
  );
  expect((await stream.events(3)).map((event) => event.version)).toEqual([1, 2, 3]);
  stream.stop();
});
