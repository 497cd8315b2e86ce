import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded, WriteResult } from '../write-result.ts';
import { readLang, readTags } from './tags.ts';

export interface KbAddInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly title: string;
  readonly body: string;
  readonly source?: string | null | undefined;
  readonly lang?: string | null | undefined;
  readonly tags?: readonly string[] | null | undefined;
}

export interface KbWriteResult extends WriteResult {
  readonly docId: string;
}

const DEFAULT_LANG = 'he';
const MAX_TITLE_LENGTH = 500;
const MAX_SOURCE_LENGTH = 1_000;
/** What the search reads of a text. */
const MAX_BODY_LENGTH = 100_000;
const MAX_TAGS = 50;

/** Adds a document. One with the same title, source, language and text is there once: sent again it gains new tags at most. */
export async function kbAdd(caller: Caller, input: KbAddInput): Promise<Recorded<KbWriteResult>> {
  const doc = {
    title: readText(input.title.trim(), 'title', 'A title', MAX_TITLE_LENGTH),
    body: readText(input.body, 'body', 'A text', MAX_BODY_LENGTH),
    source: input.source?.trim() ? readText(input.source.trim(), 'source', 'A source', MAX_SOURCE_LENGTH) : null,
    lang: readLang(input.lang, ['input', 'lang']) ?? DEFAULT_LANG,
    tags: readTags(input.tags, MAX_TAGS, ['input', 'tags']),
  };
  return caller.database.write(caller.owner, async (scope) => {
    const orgId = scope.orgId;
    await assertMayAdd(scope);
    const call = { operation: 'kbAdd', orgId, input: { ...input, ...doc } };
    return once(scope, caller, call, () => add(scope, doc));
  });
}

async function add(
  scope: Scope,
  doc: { title: string; body: string; source: string | null; lang: string; tags: string[] },
): Promise<KbWriteResult> {
  const { orgId } = scope;
  const inserted = await scope.sql<{ id: string }>(
    `insert into public.kb_docs (org_id, title, source, lang, body, tags) values ($1, $2, $3, $4, $5, $6)
     on conflict (org_id, content_hash) do nothing returning id`,
    [orgId, doc.title, doc.source, doc.lang, doc.body, doc.tags],
  );
  if (inserted[0]) return { outcome: 'CREATED', orgId, docId: inserted[0].id };
  const found = await scope.sql<{ id: string; tags: string[] }>(
    `select id, tags from public.kb_docs where org_id = $1 and content_hash = private.kb_digest($2, $3, $4, $5) for update`,
    [orgId, doc.title, doc.source, doc.lang, doc.body],
  );
  const { id, tags } = found[0]!;
  const all = [...new Set([...tags, ...doc.tags])];
  if (all.length === tags.length) return { outcome: 'EXISTING', orgId, docId: id };
  if (all.length > MAX_TAGS)
    throw new Refusal(
      'VALIDATION_FAILED',
      `The document is there already, with tags of its own; with yours it would have more than ${MAX_TAGS}. Send fewer.`,
      ['input', 'tags'],
    );
  await scope.sql('update public.kb_docs set tags = $2 where id = $1', [id, all]);
  return { outcome: 'UPDATED', orgId, docId: id };
}

async function assertMayAdd(scope: Scope): Promise<void> {
  const rows = await scope.sql<{ may: boolean }>(
    `select current_user = 'service_role' or $1 in (select private.orgs_holding('kb.write')) as may`,
    [scope.orgId],
  );
  if (!rows[0]!.may)
    throw new Refusal('FORBIDDEN', 'Your role may read the knowledge hub but not add to it. Ask an administrator.');
}

function readText(text: string, name: string, what: string, maxLength: number): string {
  if (text.trim() !== '' && text.length <= maxLength) return text;
  throw new Refusal('VALIDATION_FAILED', `${what} has 1 to ${maxLength} characters, not blanks alone.`, [
    'input',
    name,
  ]);
}
