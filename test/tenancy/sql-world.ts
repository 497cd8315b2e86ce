import pg from 'pg';
import type { TestDatabase } from '../support/database.ts';

/** Two organisations as SQL sees them, with a row of each in every table. */
export interface SqlWorld {
  readonly a: OrgRows;
  readonly b: OrgRows;
  readonly users: Record<'assessorA' | 'assistantA' | 'adminA' | 'memberB' | 'noOrg' | 'spare', string>;
  readonly keyA: string;
}

export interface OrgRows {
  readonly orgId: string;
  readonly caseId: string;
  /** A member whom nothing is shared with. */
  readonly bystander: string;
  /** An admin, who has a profile. */
  readonly admin: string;
  /** A case without vehicle details. */
  readonly bareCaseId: string;
  readonly sessionId: string;
  readonly invoiceId: string;
  readonly lineId: string;
}

export const PRINCIPALS = ['anon', 'assessorA', 'assistantA', 'adminA', 'memberB', 'noOrg', 'keyA', 'service'] as const;
export type Principal = (typeof PRINCIPALS)[number];

/** What a principal's statement came to: rows, none, refused by right (42501), or by a rule with its SQLSTATE. */
export type Outcome = '+' | '0' | '-' | string;

export async function createSqlWorld(db: TestDatabase): Promise<SqlWorld> {
  const users: Record<string, string> = {};
  for (const name of ['assessorA', 'assistantA', 'adminA', 'memberB', 'noOrg', 'spare', 'bystanderA', 'bystanderB']) {
    const [row] = await db.query<{ id: string }>('insert into auth.users (email) values ($1) returning id', [
      `${name}@example.com`,
    ]);
    users[name] = row!.id;
    if (name !== 'spare' && name !== 'noOrg')
      await db.query('insert into public.profiles (user_id, name) values ($1, $2)', [row!.id, name]);
  }
  const a = await createOrg(
    db,
    'org A',
    { assessor: users.assessorA!, assistant: users.assistantA!, admin: users.adminA! },
    users.bystanderA!,
  );
  const b = await createOrg(db, 'org B', { admin: users.memberB! }, users.bystanderB!);
  const [key] = await db.query<{ id: string }>('select id from public.api_keys where org_id = $1', [a.orgId]);
  return { a, b, users: users as SqlWorld['users'], keyA: key!.id };
}

async function createOrg(
  db: TestDatabase,
  name: string,
  members: Record<string, string>,
  bystander: string,
): Promise<OrgRows> {
  const [org] = await db.query<{ id: string }>('insert into public.orgs (name) values ($1) returning id', [name]);
  const orgId = org!.id;
  for (const [role, user] of Object.entries({ ...members, bystander }))
    await db.query('insert into public.user_orgs (org_id, user_id, role) values ($1, $2, $3)', [
      orgId,
      user,
      role === 'bystander' ? 'assessor' : role,
    ]);
  // The first named is the author: of A the assessor, who else reaches own cases only.
  const author = Object.values(members)[0]!;
  const client = new pg.Client({ connectionString: db.adminUrl });
  await client.connect();
  await client.query("select set_config('request.jwt.claims', $1, false)", [
    JSON.stringify({ role: 'authenticated', sub: author }),
  ]);
  const { rows } = await client.query(
    "insert into public.cases (org_id, plate, owner_name) values ($1, '11111', 'owner') returning id",
    [orgId],
  );
  const caseId: string = rows[0].id;
  await client.query(`insert into public.case_helper (case_id, helper_json) values ($1, '{}')`, [caseId]);
  await client.query(
    `insert into public.case_helper_drafts (org_id, case_id, base_version, helper_json) values ($1, $2, 0, '{}')`,
    [orgId, caseId],
  );
  await client.query(
    `insert into gateway.idempotency (org_id, principal, operation, key, fingerprint) values ($1, private.actor(), 'op', 'key-of-org', sha256(''))`,
    [orgId],
  );
  await client.query('insert into public.case_collaborators (org_id, case_id, user_id) values ($1, $2, $3)', [
    orgId,
    caseId,
    author,
  ]);
  await client.query(
    `insert into public.api_keys (org_id, name, prefix, key_hash) values ($1, 'key', 'cgk_', sha256(gen_random_uuid()::text::bytea))`,
    [orgId],
  );
  await client.query(
    "insert into public.org_invitations (org_id, role, code_hash) values ($1, 'assessor', sha256($2::text::bytea))",
    [orgId, orgId],
  );
  const bare = await client.query("insert into public.cases (org_id, plate) values ($1, '33333') returning id", [
    orgId,
  ]);
  const satellites = await createSatellites(client, orgId, caseId);
  await client.end();
  return { orgId, caseId, bystander, admin: members.admin!, bareCaseId: bare.rows[0].id, ...satellites };
}

/** A row in each table of a case's satellites and of the office, all but the first few alike. */
async function createSatellites(client: pg.Client, orgId: string, caseId: string) {
  const insert = async (table: string, columns: string, values: string): Promise<string> => {
    const isOfCase = !['kb_docs', 'system_logs', 'dev_test_cases', 'feature_flags'].includes(table);
    const place = isOfCase ? ['org_id, case_id', `'${orgId}', '${caseId}'`] : ['org_id', `'${orgId}'`];
    const { rows } = await client.query(
      `insert into public.${table} (${place[0]}, ${columns}) values (${place[1]}, ${values}) returning id`,
    );
    return rows[0].id;
  };
  const sessionId = await insert('parts_search_sessions', 'search_context', `'{}'`);
  const invoiceId = await insert('invoices', 'invoice_number', `'1'`);
  const lineId = await insert('invoice_lines', 'invoice_id, line_number', `'${invoiceId}', 1`);
  await insert('invoice_line_assignments', 'line_id, damage_center_code', `'${lineId}', 'dc_1'`);
  await insert('parts_search_results', 'session_id, results', `'${sessionId}', '[]'`);
  for (const [table, columns, values] of [
    ['docs', 'filename', `'a.pdf'`],
    ['images', 'original_key', `'a.jpg'`],
    ['reports', 'report_type', `'ESTIMATE'`],
    ['onedrive_sync', 'file_type, supabase_path', `'IMAGE', 'a.jpg'`],
    ['parts_required', 'part_name', `'part'`],
    ['selected_parts', 'data_source, part_name', `'WEB', 'part'`],
    ['levi_reports', 'report_id', `'1'`],
    ['vehicle_details', 'vin', `'vin'`],
    ['kb_docs', 'title, body', `'note', 'note'`],
    ['reminders', 'title, due_at', `'call', now()`],
    ['helper_sync_log', 'sync_direction, sync_status', `'TO_SUPABASE', 'SUCCESS'`],
    ['system_logs', 'log_level, component, message', `'ERROR', 'ui', 'down'`],
    ['dev_test_cases', 'test_name', `'one'`],
    ['feature_flags', 'name', `'flag'`],
  ] as const)
    await insert(table, columns, values);
  return { sessionId, invoiceId, lineId };
}

/** One statement by one principal, after what the superuser does for it. */
export interface Attempt {
  readonly principal: Principal;
  readonly statement: string;
  readonly prepare?: string;
}

/** Tries a statement as somebody, within the database: one round trip for a thousand of them. Takes each back. */
const ATTEMPT = `
  create function pg_temp.attempt(role text, claims text, prepare text, statement text) returns text language plpgsql as $$
  declare
    touched bigint;
    outcome text;
  begin
    begin
      if prepare <> '' then execute prepare; end if;
      perform set_config('request.jwt.claims', claims, true), set_config('role', role, true);
      execute statement;
      get diagnostics touched = row_count;
      set constraints all immediate;
      outcome := case when touched > 0 then '+' else '0' end;
      raise exception using errcode = 'CGXXX';
    exception when others then
      if sqlstate <> 'CGXXX' then outcome := case sqlstate when '42501' then '-' else sqlstate end; end if;
    end;
    return outcome;
  end
  $$`;

/** Runs single statements as a principal, as the server and PostgREST would, and takes each back. */
export class SqlSession {
  readonly #client: pg.Client;
  readonly #world: SqlWorld;

  private constructor(client: pg.Client, world: SqlWorld) {
    this.#client = client;
    this.#world = world;
  }

  static async open(db: TestDatabase, world: SqlWorld): Promise<SqlSession> {
    const client = new pg.Client({ connectionString: db.adminUrl });
    await client.connect();
    await client.query(ATTEMPT);
    return new SqlSession(client, world);
  }

  /**
   * What each attempt comes to, every one from the same state.
   * @param mutation SQL that the superuser runs before them all, and that is taken back after them
   */
  async attemptAll(attempts: readonly Attempt[], mutation = ''): Promise<Outcome[]> {
    await this.#client.query(`begin; ${mutation}`);
    try {
      const { rows } = await this.#client.query<{ outcome: string }>(
        `select pg_temp.attempt(role, claims, prepare, statement) as outcome
         from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality a (role, claims, prepare, statement, place)
         order by place`,
        [
          attempts.map(({ principal }) => roleOf(principal)),
          attempts.map(({ principal }) => this.#claims(principal)),
          attempts.map(({ prepare = '' }) => prepare),
          attempts.map(({ statement }) => statement),
        ],
      );
      return rows.map(({ outcome }) => outcome);
    } finally {
      await this.#client.query('rollback');
    }
  }

  /** @param prepare SQL that the superuser runs before, in the same transaction */
  async attempt(
    principal: Principal,
    statement: string,
    prepare = '',
  ): Promise<{ outcome: Outcome; rows: pg.QueryResultRow[]; message: string }> {
    const role = roleOf(principal);
    const claims = pg.escapeLiteral(this.#claims(principal));
    await this.#client.query(
      `begin; ${prepare}; select set_config('request.jwt.claims', ${claims}, true); set local role ${role}`,
    );
    try {
      const result = await this.#client.query(statement);
      await this.#client.query('set constraints all immediate');
      return { outcome: (result.rowCount ?? 0) > 0 ? '+' : '0', rows: result.rows, message: '' };
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      return { outcome: code === '42501' ? '-' : code, rows: [], message };
    } finally {
      await this.#client.query('rollback');
    }
  }

  close(): Promise<void> {
    return this.#client.end();
  }

  #claims(principal: Principal): string {
    return JSON.stringify({ role: roleOf(principal), ...this.#subject(principal) });
  }

  #subject(principal: Principal): object {
    if (principal === 'keyA') return { api_key_id: this.#world.keyA };
    return principal === 'anon' || principal === 'service' ? {} : { sub: this.#world.users[principal] };
  }
}

function roleOf(principal: Principal): string {
  return principal === 'anon' ? 'anon' : principal === 'service' ? 'service_role' : 'authenticated';
}
