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

/** A table of rows of a case: its columns and values beside organisation and case. */
const ofCase = (columns: string, values: (org: OrgRows) => string, touch: string): TableTry => ({
  of: inOrg,
  row: (org) => `(org_id, case_id, ${columns}) values ('${org.orgId}', '${org.caseId}', ${values(org)})`,
  touch,
  move: toOrg,
});

/** A table of rows of the organisation. */
const ofOrg = (columns: string, values: string, touch: string): TableTry => ({
  of: inOrg,
  row: (org) => `(org_id, ${columns}) values ('${org.orgId}', ${values})`,
  touch,
  move: toOrg,
});

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
    row: (_, world) => `(user_id) values ('${world.users.noOrg}')`,
    touch: 'name',
    move: toOrg,
  },
  'public.user_orgs': {
    of: (org) => `${inOrg(org)} and user_id = '${org.bystander}'`,
    row: (org, world) => `(org_id, user_id, role) values ('${org.orgId}', '${world.users.spare}', 'assistant')`,
    touch: 'role',
    move: toOrg,
  },
  'public.org_invitations': ofOrg('role, code_hash', `'assistant', sha256('mine')`, 'revoked_at'),
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
  'public.docs': ofCase('filename', () => `'new.pdf'`, 'filename'),
  'public.images': ofCase('original_key', () => `'new.jpg'`, 'filename'),
  'public.reports': ofCase('report_type', () => `'ESTIMATE'`, 'title'),
  'public.onedrive_sync': ofCase('file_type, supabase_path', () => `'IMAGE', 'new.jpg'`, 'sync_status'),
  'public.parts_search_sessions': ofCase('search_context', () => `'{}'`, 'search_context'),
  'public.parts_search_results': ofCase('session_id, results', (org) => `'${org.sessionId}', '[]'`, 'results'),
  'public.parts_required': ofCase('part_name', () => `'new'`, 'part_name'),
  'public.selected_parts': ofCase('data_source, part_name', () => `'WEB', 'new'`, 'part_name'),
  'public.invoices': ofCase('invoice_number', () => `'new'`, 'invoice_number'),
  'public.invoice_lines': ofCase('invoice_id, line_number', (org) => `'${org.invoiceId}', 2`, 'description'),
  'public.invoice_line_assignments': ofCase('line_id, damage_center_code', (org) => `'${org.lineId}', 'dc_2'`, 'note'),
  'public.levi_reports': ofCase('report_id', () => `'new'`, 'report_id'),
  'public.vehicle_details': {
    ...ofCase('vin', () => `'new'`, 'vin'),
    row: (org) => `(org_id, case_id, vin) values ('${org.orgId}', '${org.bareCaseId}', 'new')`,
  },
  'public.kb_docs': ofOrg('title, body', `'new', 'new'`, 'title'),
  'public.reminders': ofCase('title, due_at', () => `'new', now()`, 'title'),
  'public.helper_sync_log': ofCase('sync_direction, sync_status', () => `'TO_SUPABASE', 'FAILED'`, 'sync_status'),
  'public.system_logs': ofOrg('log_level, component, message', `'ERROR', 'new', 'new'`, 'message'),
  'public.dev_test_cases': ofOrg('test_name', `'new'`, 'status'),
  'public.feature_flags': ofOrg('name', `'new'`, 'enabled'),
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
