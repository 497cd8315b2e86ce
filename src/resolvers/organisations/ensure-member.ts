import type pg from 'pg';

export const MEMBER_ROLES = ['developer', 'admin', 'assessor', 'assistant'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

export interface EnsureMemberInput {
  readonly email: string;
  /** Null: the organisation the user acts for already, else the oldest. */
  readonly orgName: string | null;
  /** Null: as it is; for a new member assessor, for the first of a new organisation admin. */
  readonly role: MemberRole | null;
}

export interface EnsuredMember {
  readonly userId: string;
  readonly orgId: string;
  readonly role: MemberRole;
}

export const DEMO_ORG_NAME = 'Demo appraisal office';

/**
 * The user of this e-mail address as a member of the organisation, each created when missing, and acting for it from now
 * on. For the embedded database, whose users are ours to make; `admin` is its superuser.
 */
export async function ensureMember(admin: pg.Client, input: EnsureMemberInput): Promise<EnsuredMember> {
  await admin.query('begin');
  try {
    // Two calls for one address or name must not both create it.
    await admin.query("select pg_advisory_xact_lock(hashtext('casegraph:members'))");
    const userId = await insertOrFind(
      admin,
      'insert into auth.users (email) values ($1) on conflict (email) do nothing returning id',
      'select id from auth.users where email = $1',
      input.email.toLowerCase(),
    );
    const org = await ensureOrg(admin, userId, input.orgName);
    const given = input.role ?? (org.created ? 'admin' : 'assessor');
    const members = await admin.query<{ role: MemberRole }>(
      `insert into public.user_orgs as m (org_id, user_id, role) values ($1, $2, $3)
       on conflict (org_id, user_id) do update set role = $4 returning m.role`.replace(
        '$4',
        input.role ? '$3' : 'm.role',
      ),
      [org.id, userId, given],
    );
    await admin.query(
      `insert into public.profiles as p (user_id, name, org_id) values ($1, $2, $3)
       on conflict (user_id) do update set org_id = excluded.org_id where p.org_id is distinct from excluded.org_id`,
      [userId, input.email.split('@', 1)[0], org.id],
    );
    await admin.query('commit');
    return { userId, orgId: org.id, role: members.rows[0]!.role };
  } catch (error) {
    await admin.query('rollback');
    throw error;
  }
}

async function ensureOrg(
  admin: pg.Client,
  userId: string,
  name: string | null,
): Promise<{ id: string; created: boolean }> {
  if (name === null) {
    const found = await admin.query<{ id: string }>(
      `select o.id from public.orgs o
       left join public.user_orgs m on m.org_id = o.id and m.user_id = $1
       left join public.profiles p on p.org_id = o.id and p.user_id = $1
       order by p.org_id is null, m.org_id is null, o.created_at, o.id limit 1`,
      [userId],
    );
    if (found.rows[0]) return { id: found.rows[0].id, created: false };
  }
  const orgName = name ?? DEMO_ORG_NAME;
  const created = await admin.query<{ id: string }>(
    'insert into public.orgs (name, access) values ($1, $2) on conflict (name) do nothing returning id',
    // The demo begins as the office did: every assessor reaches every case.
    [orgName, orgName === DEMO_ORG_NAME ? 'OPEN' : 'ROLES'],
  );
  if (created.rows[0]) return { id: created.rows[0].id, created: true };
  const found = await admin.query<{ id: string }>('select id from public.orgs where name = $1', [orgName]);
  return { id: found.rows[0]!.id, created: false };
}

async function insertOrFind(admin: pg.Client, insert: string, find: string, value: string): Promise<string> {
  const inserted = await admin.query<{ id: string }>(insert, [value]);
  const row = inserted.rows[0] ?? (await admin.query<{ id: string }>(find, [value])).rows[0];
  return row!.id;
}
