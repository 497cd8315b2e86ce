import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import { keyText, type OrderKey, type PageArguments, pageQuery, writeCursor } from '../paging.ts';
import { readSearchTerms, type SearchTerm } from './search-terms.ts';
import { readLang, readTags } from './tags.ts';

export interface KbSearchInput extends PageArguments {
  readonly query: string;
  readonly tags?: readonly string[] | null | undefined;
  readonly lang?: string | null | undefined;
}

/** A document that was found; what is selected of it is read by its id. */
export interface KbHit {
  readonly docId: string;
  /** The higher, the better. */
  readonly rank: number;
  readonly cursor: string;
}

export interface KbHitPage {
  readonly hits: readonly KbHit[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** What was looked for, to be marked in excerpts. */
  readonly terms: readonly SearchTerm[];
  readonly countTotal: () => Promise<number>;
}

const MAX_TAGS = 20;
/** Postgres ranks in millionths, so that a rank in a cursor is exactly the rank of its row. */
const MILLION = 1_000_000;

const ORDER: readonly OrderKey[] = [
  { name: 'rank', sql: 's.rank', type: 'int', direction: 'DESC' },
  { name: 'createdAt', sql: 'd.created_at', type: 'timestamptz', direction: 'DESC' },
  { name: 'id', sql: 'd.id', type: 'uuid', direction: 'DESC' },
];
const KEYS = ORDER.map(keyText).join(', ');
const FROM = 'public.kb_docs d join private.search_kb($1, $2, $3, $4) s on s.doc_id = d.id';

/**
 * One page of the organisation's documents that hold every word and phrase and none of the exclusions; the best first,
 * equals newest first.
 * @throws Refusal VALIDATION_FAILED for a search that names nothing to look for
 */
export async function kbSearch(scope: Scope, input: KbSearchInput): Promise<KbHitPage> {
  const terms = readSearchTerms(input.query);
  const tags = readTags(input.tags, MAX_TAGS, ['tags']);
  const lang = readLang(input.lang, ['lang']);
  if (tags.length === 0 && terms.every((term) => term.negated))
    throw new Refusal(
      'VALIDATION_FAILED',
      'Say what to look for: a word, a "phrase in quotes", or a tag. -words only take hits away.',
      ['query'],
    );
  const values = [scope.orgId, JSON.stringify(terms), tags.length > 0 ? tags : null, lang];
  const page = pageQuery(ORDER, input, values.length);
  const rows = await scope.sqlOnce<{ id: string; rank: number; keys: string[] }>(
    `select d.id, s.rank, array[${KEYS}] as keys from ${FROM} where ${page.where} order by ${page.orderBy} limit ${page.limit}`,
    [...values, ...page.values],
  );
  const { rows: kept, ...sides } = page.cut(rows);
  return {
    hits: kept.map((row) => ({ docId: row.id, rank: row.rank / MILLION, cursor: writeCursor(ORDER, row.keys) })),
    ...sides,
    terms,
    countTotal: async () => {
      const counted = await scope.sqlOnce<{ total: number }>(`select count(*)::int as total from ${FROM}`, values);
      return counted[0]!.total;
    },
  };
}
