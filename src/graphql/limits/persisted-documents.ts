import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse, print } from 'graphql';
import type { Identity } from '../../auth/identity.ts';
import { RequestError } from '../../errors.ts';

/** Who may send other documents than those of the file: all, all but users and the anonymous, nobody. */
export type FreeDocuments = 'all' | 'programs' | 'nobody';

/** How a request may name a document instead of sending it. */
export interface NamesDocument {
  readonly query?: unknown;
  /** As GraphQL over HTTP has it. */
  readonly documentId?: unknown;
  /** As Apollo's clients and others have it. */
  readonly extensions?: unknown;
}

/** The documents that a user interface was built with, by the SHA-256 of their texts. */
export class PersistedDocuments {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #free: FreeDocuments;
  readonly #normalForms: ReadonlySet<string>;

  constructor(texts: ReadonlyMap<string, string>, free: FreeDocuments) {
    this.#texts = texts;
    this.#free = free;
    this.#normalForms = new Set([...texts.values()].map((text) => print(parse(text))));
  }

  /**
   * @param file JSON: `{ "<sha256>": "<document>" }` as graphql-codegen writes it, its newer versions with `sha256:` before
   * the hash, or Apollo's manifest
   * @throws Error saying what is wrong with the file
   */
  static read(file: string | null, free: FreeDocuments): PersistedDocuments {
    try {
      return new PersistedDocuments(file === null ? new Map() : readManifest(readFileSync(file, 'utf8')), free);
    } catch (error) {
      throw new Error(`PERSISTED_DOCUMENTS ${file} can not be used: ${(error as Error).message}`);
    }
  }

  /**
   * The text of the document that a request sends or names.
   * @throws RequestError NOT_FOUND for a hash that is not known
   */
  textOf({ query, documentId, extensions }: NamesDocument): unknown {
    if (query) return query;
    const persistedQuery = (extensions as { persistedQuery?: { sha256Hash?: unknown } } | null | undefined)
      ?.persistedQuery;
    const id = documentId ?? persistedQuery?.sha256Hash;
    if (typeof id !== 'string') return query;
    const text = this.#texts.get(hashOf(id));
    if (text !== undefined) return text;
    throw new RequestError(
      'NOT_FOUND',
      this.#texts.size === 0
        ? 'This server has no persisted documents. Send the document itself as query.'
        : 'This server knows no document of this hash, which is the SHA-256 of its text in hex. Was the file PERSISTED_DOCUMENTS of this build deployed with it?',
      [documentId == null ? 'extensions' : 'documentId'],
    );
  }

  /** Whether this caller may have the document run. */
  isLetIn(identity: Identity | null, normalForm: () => string): boolean {
    if (this.#free === 'all') return true;
    if (this.#free === 'programs' && identity && identity.kind !== 'USER') return true;
    return this.#normalForms.has(normalForm());
  }
}

function readManifest(json: string): ReadonlyMap<string, string> {
  const content = JSON.parse(json) as Record<string, unknown>;
  const entries = Array.isArray(content.operations)
    ? content.operations.map(({ id, body }: { id: unknown; body: unknown }) => [id, body] as const)
    : Object.entries(content);
  for (const [id, text] of entries) {
    if (typeof text !== 'string') throw new Error(`${id} is no document.`);
    if (createHash('sha256').update(text).digest('hex') !== hashOf(id))
      throw new Error(
        `${id} is not the SHA-256 of its document, in hex. With graphql-codegen set hashAlgorithm: 'sha256'.`,
      );
    parse(text);
  }
  return new Map((entries as [string, string][]).map(([id, text]) => [hashOf(id), text]));
}

/** The hash in hex, of an identifier that may say by which algorithm, as GraphQL over HTTP has it. */
function hashOf(id: unknown): string {
  return String(id).replace(/^sha256:/, '');
}
