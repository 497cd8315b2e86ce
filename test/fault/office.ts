import { randomUUID } from 'node:crypto';
import { signToken } from '../../src/auth/jwt.ts';
import type { Query } from './final-state.ts';
import { JWT_SECRET } from './system.ts';

export type Role = 'admin' | 'assistant' | 'assessor';

export interface Person {
  readonly userId: string;
  readonly role: Role;
  readonly token: string;
  /** Cases the person sees; null for all of the organisation. */
  readonly sees: readonly string[] | null;
}

export interface Office {
  readonly id: string;
  readonly admins: readonly Person[];
  readonly assistants: readonly Person[];
  /** Each sees only the cases assigned to him or her. */
  readonly assessors: readonly Person[];
  readonly caseIds: readonly string[];
}

const TOKEN_LIFETIME_S = 6 * 3600;
const STAFF: readonly Role[] = ['admin', 'admin', 'admin', 'admin', 'assistant', 'assessor', 'assessor'];
/** Every so many cases are an assessor's. */
const ASSIGNED_EVERY = 5;

/** Organisations with people of every reach and cases without a helper, for a load to work on. */
export async function openOffices(query: Query, offices: number, casesEach: number): Promise<Office[]> {
  const made: Office[] = [];
  for (let number = 0; number < offices; number++) {
    const [org] = await query<{ id: string }>(
      "insert into public.orgs (name, access) values ($1, 'ROLES') returning id",
      [`Office ${number + 1}`],
    );
    const people: { userId: string; role: Role; token: string }[] = [];
    for (const role of STAFF) people.push({ role, ...(await addUser(query, org!.id, role)) });
    const assessors = people.filter((person) => person.role === 'assessor');
    const caseIds: string[] = [];
    const seen = new Map(assessors.map((person) => [person.userId, [] as string[]]));
    for (let index = 0; index < casesEach; index++) {
      const holder = index % ASSIGNED_EVERY === 0 ? assessors[(index / ASSIGNED_EVERY) % assessors.length]! : null;
      const [row] = await query<{ id: string }>(
        'insert into public.cases (org_id, plate, assigned_to) values ($1, $2, $3) returning id',
        [org!.id, String(10_000_000 + index), holder?.userId ?? null],
      );
      caseIds.push(row!.id);
      if (holder) seen.get(holder.userId)!.push(row!.id);
    }
    const withRole = (role: Role) =>
      people.filter((one) => one.role === role).map((one) => ({ ...one, sees: seen.get(one.userId) ?? null }));
    made.push({
      id: org!.id,
      admins: withRole('admin'),
      assistants: withRole('assistant'),
      assessors: withRole('assessor'),
      caseIds,
    });
  }
  return made;
}

/** A member of an organisation, with a token. `lifetimeS` in seconds from now. */
export async function addUser(
  query: Query,
  orgId: string,
  role: Role,
  lifetimeS = TOKEN_LIFETIME_S,
): Promise<{ userId: string; token: string }> {
  const email = `${randomUUID()}@example.com`;
  const [user] = await query<{ id: string }>('insert into auth.users (email) values ($1) returning id', [email]);
  const userId = user!.id;
  await query('insert into public.profiles (user_id, name) values ($1, $2)', [userId, role]);
  await query('insert into public.user_orgs (org_id, user_id, role) values ($1, $2, $3)', [orgId, userId, role]);
  return { userId, token: await signToken(JWT_SECRET, { role: 'authenticated', userId }, lifetimeS) };
}
