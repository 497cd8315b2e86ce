import { type Attempt, type OrgRows, PRINCIPALS, type Principal, type SqlSession, type SqlWorld } from './sql-world.ts';
import { TABLES } from './tables.ts';

/**
 * What each principal can do with a table, in the notation of rights.ts.
 * @param mutation SQL that the superuser runs before, and that is taken back after it
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
  const attempts = PRINCIPALS.flatMap((principal): Attempt[] => {
    const by = (org: OrgRows, statement: string) => ({ principal, statement, prepare: tried.prepare?.(org) ?? '' });
    return [
      ...verbs.flatMap((verb) => [by(a, verb(a)), by(b, verb(b))]),
      by(a, `update ${name} set ${tried.move(b)} where ${tried.of(a)}`),
    ];
  });
  const outcomes = await session.attemptAll(attempts, mutation);
  const size = attempts.length / PRINCIPALS.length;
  return Object.fromEntries(
    PRINCIPALS.map((principal, index) => {
      const cells = outcomes.slice(index * size, (index + 1) * size);
      const pairs = verbs.map((_, verb) => cells[2 * verb]! + cells[2 * verb + 1]!);
      return [principal, [...pairs, cells.at(-1)].join(' ')];
    }),
  ) as Record<Principal, string>;
}
