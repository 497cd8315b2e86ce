import { randomUUID } from 'node:crypto';
import { printSchema } from 'graphql';
import { schema } from '../../../src/schema/index.ts';
import { openCase, SAVE, save } from '../../support/cases.ts';
import type { TestDatabase } from '../../support/database.ts';
import type { World } from '../../support/fixtures.ts';
import { FOREIGN_CANARY, type Target } from './bad-input.ts';

/** An office with one case, and another with one that the first must not see. */
export async function createTarget(world: World): Promise<Target> {
  const org = await world.org();
  const member = await org.member('admin');
  const opened = await openCase(member, { ownerName: 'Dana' });
  const usedKey = 'a-key-that-is-used';
  await save(member, { caseId: opened.id, expectedVersion: 0, helper: { a: { b: [1, 2] } }, idempotencyKey: usedKey });
  const foreignOrg = await world.org({ name: `${FOREIGN_CANARY} ${randomUUID()}` });
  const stranger = await foreignOrg.member('admin', { email: `${FOREIGN_CANARY}-${randomUUID()}@example.com` });
  const foreign = await openCase(stranger, { plate: '7654321', ownerName: FOREIGN_CANARY });
  await stranger.data(SAVE, {
    input: { caseId: foreign.id, expectedVersion: 0, helper: { secret: FOREIGN_CANARY }, label: FOREIGN_CANARY },
  });
  const cursors = '{ feedPage { cursor } cases { pageInfo { endCursor } } }';
  const [mine, theirs] = [await member.data(cursors), await stranger.data(cursors)];
  return {
    url: world.server.url,
    member,
    anonymous: world.anonymous(),
    caseId: opened.id,
    plate: opened.plate,
    orgId: org.id,
    cursor: mine.feedPage.cursor,
    usedKey,
    foreign: {
      caseId: foreign.id,
      databaseId: foreign.databaseId,
      orgId: foreignOrg.id,
      userId: stranger.userId,
      cursor: theirs.feedPage.cursor,
      pageCursor: theirs.cases.pageInfo.endCursor,
    },
  };
}

const TABLES = `select format('%I.%I', n.nspname, c.relname) as name, c.relname as plain
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname in ('public', 'feed', 'gateway', 'auth', 'private') order by 1`;

/** A hash of every row of every table, by table: what is written anywhere changes one. */
export async function hashTables(db: TestDatabase): Promise<Record<string, string>> {
  const tables = await db.query<{ name: string }>(TABLES);
  const hash = (name: string) =>
    `select '${name}' as name, (select coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') from ${name} t) as hash`;
  const rows = await db.query<{ name: string; hash: string }>(tables.map(({ name }) => hash(name)).join(' union all '));
  return Object.fromEntries(rows.map((row) => [row.name, row.hash]));
}

/** Names of tables that the API does not speak of. An answer that has one quotes the database. */
export async function findInternalNames({ db, server }: World): Promise<RegExp> {
  const tables = await db.query<{ plain: string }>(TABLES);
  const told = printSchema(schema) + (await (await fetch(`${server.url}/gateway/openapi.json`)).text());
  const hidden = tables.map(({ plain }) => plain).filter((name) => name.includes('_') && !told.includes(name));
  return new RegExp(`\\b(${hidden.join('|')})\\b`);
}
