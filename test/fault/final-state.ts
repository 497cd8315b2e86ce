import type { FinalState, LoggedChange, StoredVersion } from './history.ts';

/** Runs one statement as superuser. */
export type Query = <Row extends Record<string, unknown>>(sql: string, values?: unknown[]) => Promise<Row[]>;

/** Reads what the database holds, past every policy. */
export async function readFinalState(query: Query): Promise<FinalState> {
  const [meta] = await query<{ epoch: string }>('select epoch from feed.meta');
  const orgs = await query<{ orgId: string; head: string; minSeq: string }>(
    'select org_id as "orgId", seq::text as head, min_seq::text as "minSeq" from feed.org_feed order by 1',
  );
  const log = await query<Omit<LoggedChange, 'seq'> & { seq: string }>(
    `select org_id as "orgId", org_seq::text as seq, case_id as "caseId", entity, kind, case_version as version, request_id as "requestId"
     from feed.change_log order by org_id, org_seq`,
  );
  const current = await query<{ caseId: string; version: number }>(
    'select case_id as "caseId", version from public.case_helper where is_current',
  );
  const keys = await query<FinalState['keys'][number]>(
    'select org_id as "orgId", key, operation from gateway.idempotency',
  );
  return {
    epoch: meta!.epoch,
    orgs: orgs.map((org) => ({ orgId: org.orgId, head: Number(org.head), minSeq: Number(org.minSeq) })),
    log: log.map((entry) => ({ ...entry, seq: Number(entry.seq) })),
    versions: await readVersions(query),
    currentVersions: Object.fromEntries(current.map((row) => [row.caseId, row.version])),
    keys,
  };
}

/** Case by case: the lists of tokens of all versions at once would be larger than the database. */
async function readVersions(query: Query): Promise<StoredVersion[]> {
  const cases = await query<{ id: string }>('select id from public.cases order by id');
  const versions: StoredVersion[] = [];
  const known = new Map<string, string>();
  const one = (token: string) => {
    if (!known.has(token)) known.set(token, token);
    return known.get(token)!;
  };
  for (const { id } of cases) {
    const rows = await query<Omit<StoredVersion, 'caseId' | 'tokens'> & { tokens: string }>(
      `select h.version, h.content_hash as hash, h.restored_from as "restoredFrom", coalesce(
         (select string_agg(t.member ->> 'id', ' ' order by t.place)
          from jsonb_array_elements(h.helper_json -> '__test' -> 'log') with ordinality t(member, place)), '') as tokens
       from public.case_helper h where h.case_id = $1 order by h.version`,
      [id],
    );
    for (const row of rows)
      versions.push({ ...row, caseId: id, tokens: row.tokens === '' ? [] : row.tokens.split(' ').map(one) });
  }
  return versions;
}
