import type { Random } from '../random.ts';

/** The helper that the load saves: a list that every save appends its token to, and content of a given size. */
export interface LoadDocument {
  readonly __test: { readonly log: readonly { readonly id: string }[] };
  readonly body: readonly Paragraph[];
}

interface Paragraph {
  readonly id: string;
  readonly text: string;
  readonly price: number;
}

const PARAGRAPH_BYTES = 400;
const WORDS = ['דלת', 'כנף', 'bumper', 'צבע', 'headlight', 'תיקון', 'שמאי', 'panel', 'מנוע', 'bonnet'];
/** Versions that are remembered to make stale saves of. */
const REMEMBERED = 4;

/** What the load knows of a case. All writers of a case share it, as tabs of one office would not: they meet the more often. */
export class CaseFile {
  /** Nothing is known of the newest version: read it before the next save. */
  isStale = true;
  readonly #documents = new Map<number, LoadDocument>();

  constructor(
    readonly orgId: string,
    readonly caseId: string,
    readonly bytes: number,
  ) {}

  /** Versions that are remembered, the newest last. */
  get versions(): number[] {
    return [...this.#documents.keys()];
  }

  document(version: number): LoadDocument | undefined {
    return this.#documents.get(version);
  }

  remember(version: number, document: LoadDocument): void {
    const newest = this.versions.at(-1) ?? 0;
    if (version <= newest) return;
    this.#documents.set(version, document);
    const oldest = this.versions[0]!;
    if (this.#documents.size > REMEMBERED) this.#documents.delete(oldest);
  }
}

export function firstDocument(bytes: number, random: Random): LoadDocument {
  const count = Math.max(2, Math.round(bytes / PARAGRAPH_BYTES));
  return { __test: { log: [] }, body: Array.from({ length: count }, (_, index) => paragraph(`p${index}`, random)) };
}

/** The document with the token appended and one paragraph rewritten, as people do. */
export function edited(document: LoadDocument, token: string, random: Random): LoadDocument {
  const place = random.below(document.body.length);
  const body = document.body.map((kept, index) => (index === place ? paragraph(kept.id, random) : kept));
  return { ...document, __test: { log: [...document.__test.log, { id: token }] }, body };
}

function paragraph(id: string, random: Random): Paragraph {
  let text = '';
  while (text.length < PARAGRAPH_BYTES * 0.7) text += `${random.pick(WORDS)} ${random.below(1_000_000)} `;
  return { id, text, price: random.below(1_000_000) / 100 };
}
