import type { Scope } from '../../db/scope.ts';
import { notFound, Refusal } from '../../errors.ts';
import { assertFaithful } from '../assert-faithful.ts';
import { assertSoundItems, type BulkResult, type BulkTable, bulkUpsert, outcomeOfItems } from '../bulk-upsert.ts';
import { type Caller, sourceOf, type WriteSource } from '../caller.ts';
import type { BulkOfCaseInput } from '../cases/bulk-upsert-of-case.ts';
import { type FoundCase, getWritableCase } from '../cases/find-case.ts';
import { integer, JSON_VALUE, text } from '../columns.ts';
import { once } from '../idempotency.ts';
import { NEWEST_FIRST, OLDEST_FIRST, type RowList } from '../list-rows.ts';
import type { Recorded, WriteOutcome } from '../write-result.ts';

export interface PartsResultItem {
  readonly id?: string | null | undefined;
  readonly supplier?: string | null | undefined;
  readonly searchQuery?: unknown;
  readonly results?: unknown;
  readonly responseTimeMs?: number | null | undefined;
}

export interface PartsResultsBulkUpsertInput extends BulkOfCaseInput {
  /** Without it a session is made. */
  readonly sessionId?: string | null | undefined;
  readonly searchContext?: unknown;
  readonly results: readonly PartsResultItem[];
}

export interface PartsResultsWritten extends BulkResult {
  readonly sessionId: string;
}

const RESULTS: BulkTable = {
  table: 'public.parts_search_results',
  noun: 'result',
  columns: {
    supplier: text(300),
    searchQuery: JSON_VALUE,
    results: JSON_VALUE,
    responseTimeMs: integer(0),
  },
  matchBy: [['supplier', 'searchQuery']],
  mayLack: ['supplier', 'searchQuery'],
};

/** Keeps what suppliers answered to a search for parts. A session that is named is joined, else one is made with its results. */
export async function partsResultsBulkUpsert(
  caller: Caller,
  input: PartsResultsBulkUpsertInput,
): Promise<Recorded<PartsResultsWritten>> {
  assertSoundItems(input.results, ['input', 'results']);
  assertSearchContext(input.searchContext ?? null);
  return caller.database.write(caller.owner, async (scope) => {
    const found = await getWritableCase(scope, input.caseId, ['input', 'caseId']);
    const call = { operation: 'partsResultsBulkUpsert', orgId: found.orgId, input: { ...input } };
    return once(scope, caller, call, async () => {
      const source = sourceOf(scope, input.source);
      const session = input.sessionId
        ? await joinSession(scope, found, input.sessionId, input.searchContext, source)
        : await openSession(scope, found, input.searchContext, source);
      const items = await bulkUpsert(scope, RESULTS, {
        rows: input.results.map((result) => ({ ...result })),
        place: { org_id: found.orgId, case_id: found.id, session_id: session.id },
        atomic: input.atomic ?? true,
        source,
        field: ['input', 'results'],
      });
      const outcomes: readonly WriteOutcome[] = [session.outcome, outcomeOfItems(items)];
      const outcome = (['CREATED', 'UPDATED'] as const).find((one) => outcomes.includes(one)) ?? 'UNCHANGED';
      return { outcome, orgId: found.orgId, caseId: found.id, items, sessionId: session.id };
    });
  });
}

/** @throws Refusal for what can not be kept as it was sent */
function assertSearchContext(searchContext: unknown): void {
  const field = ['input', 'searchContext'];
  assertFaithful(searchContext, field);
  const problem = JSON_VALUE.problem(searchContext);
  if (problem) throw new Refusal('VALIDATION_FAILED', `searchContext: ${problem}`, field);
}

interface Session {
  readonly id: string;
  readonly outcome: WriteOutcome;
}

async function openSession(
  scope: Scope,
  found: FoundCase,
  searchContext: unknown,
  source: WriteSource,
): Promise<Session> {
  const [made] = await scope.sql<{ id: string }>(
    'insert into public.parts_search_sessions (org_id, case_id, search_context, source) values ($1, $2, $3, $4) returning id',
    [found.orgId, found.id, jsonOrNull(searchContext), source],
  );
  return { id: made!.id, outcome: 'CREATED' };
}

/** @throws Refusal NOT_FOUND for a session that is not of this case */
async function joinSession(
  scope: Scope,
  found: FoundCase,
  id: string,
  searchContext: unknown,
  source: WriteSource,
): Promise<Session> {
  const key = [found.orgId, found.id, id];
  const there = await scope.sql(
    'select from public.parts_search_sessions where org_id = $1 and case_id = $2 and id = $3',
    key,
  );
  if (there.length === 0) throw notFound('search session of this case', ['input', 'sessionId']);
  const changed = await scope.sql(
    `update public.parts_search_sessions set search_context = $4, source = $5
     where org_id = $1 and case_id = $2 and id = $3 and $4::jsonb is distinct from search_context and $4 is not null returning id`,
    [...key, jsonOrNull(searchContext), source],
  );
  return { id, outcome: changed.length > 0 ? 'UPDATED' : 'UNCHANGED' };
}

function jsonOrNull(value: unknown): string | null {
  return value == null ? null : JSON.stringify(value);
}

export const SESSIONS_OF_CASE: RowList = {
  table: 'public.parts_search_sessions',
  parent: ['org_id', 'case_id'],
  order: NEWEST_FIRST,
};

export const RESULTS_OF_SESSION: RowList = {
  table: RESULTS.table,
  parent: ['org_id', 'case_id', 'session_id'],
  order: OLDEST_FIRST,
};
