import type { OrgRows, SqlWorld } from './sql-world.ts';

/** How a table is tried. */
export interface TableTry {
  /** Condition that finds the rows of an organisation. */
  readonly of: (org: OrgRows) => string;
  /** Columns and values of a row for the organisation. */
  readonly row: (org: OrgRows, world: SqlWorld) => string;
  /** The column most likely to be writable. */
  readonly touch: string;
  /** Assignment that would move A's rows to B. */
  readonly move: (b: OrgRows) => string;
  /** SQL that makes rows where there are none between transactions. */
  readonly prepare?: (org: OrgRows) => string;
}

const inOrg = (org: OrgRows) => `org_id = '${org.orgId}'`;
const toOrg = (b: OrgRows) => `org_id = '${b.orgId}'`;

/** Every table. What may come of it stands in rights.ts; one that is missing there or here fails the test. */
export const TABLES: Record<string, TableTry> = {
  'auth.users': {
    of: (org) => `id = '${org.admin}'`,
    row: () => `(email) values ('new@example.com')`,
    touch: 'email',
    move: () => 'id = gen_random_uuid()',
  },
  'public._prisma_migrations': {
    of: () => 'true',
    row: () => `(id, checksum, migration_name) values ('1', '1', '1')`,
    touch: 'logs',
    move: () => `logs = ''`,
  },
  'public.orgs': {
    of: (org) => `id = '${org.orgId}'`,
    row: () => `(name) values ('org C')`,
    touch: 'access',
    move: () => 'id = gen_random_uuid()',
  },
  'public.profiles': {
    of: (org) => `user_id = '${org.admin}'`,
    row: (_, world) => `(user_id) values ('${world.users.spare}')`,
    touch: 'name',
    move: toOrg,
  },
  'public.user_orgs': {
    of: (org) => `${inOrg(org)} and user_id = '${org.bystander}'`,
    row: (org, world) => `(org_id, user_id, role) values ('${org.orgId}', '${world.users.spare}', 'assistant')`,
    touch: 'role',
    move: toOrg,
  },
  'public.role_permissions': {
    of: () => 'true',
    row: () => `(role, permission, reach) values ('assistant', 'case.write', 'ORG')`,
    touch: 'reach',
    move: () => `reach = 'ORG'`,
  },
  'public.counters': {
    of: inOrg,
    row: (org) => `(org_id, name, value) values ('${org.orgId}', 'mine', 1)`,
    touch: 'value',
    move: toOrg,
  },
  'public.api_keys': {
    of: inOrg,
    row: (org) => `(org_id, name, prefix, key_hash) values ('${org.orgId}', 'mine', 'cgk_', sha256('mine'))`,
    touch: 'name',
    move: toOrg,
  },
  'public.cases': {
    of: inOrg,
    row: (org) => `(org_id, plate) values ('${org.orgId}', '22222')`,
    touch: 'owner_name',
    move: toOrg,
  },
  'public.case_collaborators': {
    of: inOrg,
    row: (org) => `(org_id, case_id, user_id) values ('${org.orgId}', '${org.caseId}', '${org.bystander}')`,
    touch: 'role',
    move: toOrg,
  },
  'public.case_helper': {
    of: inOrg,
    row: (org) => `(case_id, helper_json) values ('${org.caseId}', '{"a":1}')`,
    touch: 'label',
    move: toOrg,
  },
  'public.case_helper_drafts': {
    of: inOrg,
    row: (org) =>
      `(org_id, case_id, base_version, helper_json) values ('${org.orgId}', '${org.caseId}', 0, '{}')
       on conflict (case_id, user_id) do update set base_version = excluded.base_version`,
    touch: 'base_version',
    move: toOrg,
  },
  'public.case_search_index': {
    of: inOrg,
    row: (org) => `(org_id, case_id, title, words) values ('${org.orgId}', '${org.caseId}', 't', 'w')`,
    touch: 'title',
    move: toOrg,
  },
  'feed.meta': {
    of: () => 'true',
    row: () => '(epoch) values (gen_random_uuid())',
    touch: 'epoch',
    move: () => 'epoch = gen_random_uuid()',
  },
  'feed.org_feed': {
    of: inOrg,
    row: () => '(org_id) values (gen_random_uuid())',
    touch: 'seq',
    move: toOrg,
  },
  'feed.pending': {
    of: inOrg,
    row: (org) =>
      `(org_id, kind, entity, entity_ids, actor) values ('${org.orgId}', 'CREATED', 'cases', '{}', 'USER:forged')`,
    touch: 'actor',
    move: toOrg,
    prepare: (org) =>
      `insert into feed.pending (org_id, kind, entity, entity_ids, actor) values ('${org.orgId}', 'CREATED', 'cases', '{}', 'SYSTEM')`,
  },
  'feed.change_log': {
    of: inOrg,
    row: (org) =>
      `(org_id, org_seq, kind, entity, entity_ids, actor) values ('${org.orgId}', 999, 'CREATED', 'cases', '{}', 'USER:forged')`,
    touch: 'actor',
    move: toOrg,
  },
  'gateway.idempotency': {
    of: inOrg,
    row: (org) =>
      `(org_id, principal, operation, key, fingerprint) values ('${org.orgId}', private.actor(), 'op', 'a-new-key', sha256(''))`,
    touch: 'result',
    move: toOrg,
  },
};
