import { type OrgRows, PRINCIPALS, type Principal, type SqlSession, type SqlWorld } from './sql-world.ts';
import { TABLES } from './tables.ts';

/**
 * What each principal can do with a table, in the notation of rights.ts.
 * @param mutation SQL that the superuser runs before each try, and that is taken back after it
 */
export async function tryTable(
  session: SqlSession,
  world: SqlWorld,
  name: string,
  mutation = '',
): Promise<Record<Principal, string>> {
  const tried = TABLES[name]!;
  const { a, b } = world;
  const set = `${tried.touch} = ${tried.touch}`;
  const verbs: ((org: OrgRows) => string)[] = [
    (org) => `select 1 from ${name} where ${tried.of(org)}`,
    (org) => `insert into ${name} ${tried.row(org, world)}`,
    (org) => `update ${name} set ${set} where ${tried.of(org)}`,
    (org) => `delete from ${name} where ${tried.of(org)}`,
  ];
  const rights: [Principal, string][] = [];
  for (const principal of PRINCIPALS) {
    const outcome = async (org: OrgRows, statement: string) =>
      (await session.attempt(principal, statement, `${tried.prepare?.(org) ?? ''}; ${mutation}`)).outcome;
    const cells: string[] = [];
    for (const verb of verbs) cells.push((await outcome(a, verb(a))) + (await outcome(b, verb(b))));
    cells.push(await outcome(a, `update ${name} set ${tried.move(b)} where ${tried.of(a)}`));
    rights.push([principal, cells.join(' ')]);
  }
  return Object.fromEntries(rights) as Record<Principal, string>;
}
