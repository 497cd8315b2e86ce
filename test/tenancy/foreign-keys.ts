import type { TestDatabase } from '../support/database.ts';
import { type Attempt, PRINCIPALS, type Principal, type SqlSession, type SqlWorld } from './sql-world.ts';
import { TABLES } from './tables.ts';

/** Tables whose rows belong to no organisation. */
const OF_NO_ORGANISATION = new Set(['public.role_permissions', 'feed.meta', 'public._prisma_migrations']);

interface UniqueKey {
  readonly table: string;
  /** As ON CONFLICT takes it. */
  readonly target: string;
  readonly columns: string[];
}

type Try = Attempt & { readonly title: string; readonly isForeign: boolean };

/**
 * Every principal but the service role writes onto rows of A and of B by every unique key of every table, and inserts
 * rows of the one organisation that name parents in the other.
 * @returns what was let through across organisations, and how often something was within the own
 */
export async function tryForeignKeys(
  db: TestDatabase,
  session: SqlSession,
  world: SqlWorld,
): Promise<{ found: string[]; checks: number; own: number }> {
  const members = PRINCIPALS.filter((name) => name !== 'service');
  const tries: Try[] = [];
  for (const key of await readUniqueKeys(db)) {
    if (OF_NO_ORGANISATION.has(key.table)) continue;
    for (const org of [world.a, world.b]) {
      const statement = await upsertOnto(db, key, TABLES[key.table]!.of(org), TABLES[key.table]!.touch);
      if (!statement) continue;
      for (const principal of members)
        tries.push({
          title: `${principal} onto ${key.table} ${key.target}`,
          principal,
          statement,
          isForeign: org.orgId !== homeOf(principal, world),
        });
    }
  }
  for (const [table, { row }] of Object.entries(TABLES))
    for (const [own, other] of [
      [world.a, world.b],
      [world.b, world.a],
    ] as const) {
      const mixed = row({ ...other, orgId: own.orgId }, world);
      // Where a row names no parent, or no organisation, there is nothing to mix: rights.ts judges the plain insert.
      if (mixed === row(own, world) || !mixed.includes(own.orgId)) continue;
      for (const principal of members)
        tries.push({
          title: `${principal} hanging ${table}`,
          principal,
          statement: `insert into ${table} ${mixed}`,
          isForeign: true,
        });
    }
  const outcomes = await session.attemptAll(tries);
  const through = tries.filter((_, index) => outcomes[index] === '+');
  return {
    found: through.filter(({ isForeign }) => isForeign).map(({ title }) => title),
    checks: tries.length,
    own: through.filter(({ isForeign }) => !isForeign).length,
  };
}

function homeOf(principal: Principal, { a, b }: SqlWorld): string | null {
  if (principal === 'memberB') return b.orgId;
  return principal === 'noOrg' || principal === 'anon' ? null : a.orgId;
}

async function readUniqueKeys(db: TestDatabase): Promise<UniqueKey[]> {
  const rows = await db.query<{ table: string; definition: string; columns: string[] }>(
    `select n.nspname || '.' || c.relname as table, pg_get_indexdef(i.indexrelid) as definition,
       array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum = any (i.indkey::int2[])) as columns
     from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
     where i.indisunique and n.nspname in ('public', 'feed', 'gateway', 'auth')`,
  );
  return rows.map(({ definition, ...key }) => {
    const [, columns, condition = ''] = / USING btree (\(.+?\))(?: NULLS NOT DISTINCT)?( WHERE .+)?$/.exec(definition)!;
    return { ...key, target: columns + condition };
  });
}

/** A statement that inserts what stands there already, as far as clients may, and changes it instead; null without a row. */
async function upsertOnto(
  db: TestDatabase,
  { table, target, columns }: UniqueKey,
  condition: string,
  touch: string,
): Promise<string | null> {
  const [found] = await db.query<{ row: object }>(
    `select to_jsonb(t) as row from ${table} t where ${condition} limit 1`,
  );
  if (!found) return null;
  const granted = await db.query<{ name: string }>(
    `select column_name as name from information_schema.column_privileges
     where table_schema || '.' || table_name = $1 and grantee = 'authenticated' and privilege_type = 'INSERT'`,
    [table],
  );
  const named = [...new Set([...columns, ...granted.map(({ name }) => name)])].join(', ');
  const row = JSON.stringify(found.row).replaceAll("'", "''");
  return `insert into ${table} (${named}) select ${named} from jsonb_populate_record(null::${table}, '${row}')
    on conflict ${target} do update set ${touch} = ${table}.${touch}`;
}
