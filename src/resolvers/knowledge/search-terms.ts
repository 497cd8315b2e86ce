import { Refusal } from '../../errors.ts';

/** One word or phrase of a search. */
export interface SearchTerm {
  readonly text: string;
  /** A phrase in quotes: its words one after the other, as they stand. */
  readonly exact: boolean;
  /** What no hit may hold. */
  readonly negated: boolean;
}

const MAX_LENGTH = 500;
const MAX_TERMS = 16;
const DIRECTION_MARKS = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

/**
 * A minus or a quote counts at the beginning of a term alone, and a quote closes a phrase at the end of a word alone: within a
 * word they belong to it, as in e-mail and בע"מ.
 */
const TERM = /(?<!\S)(?<minus>[-−–]?)(?:["“”„](?<phrase>.+?)["“”](?!\S)|(?<word>\S+))/gsu;

/** @throws Refusal VALIDATION_FAILED */
export function readSearchTerms(query: string): SearchTerm[] {
  const refuse = (message: string) => new Refusal('VALIDATION_FAILED', message, ['query']);
  if (query.length > MAX_LENGTH || query.includes('\0') || !query.isWellFormed())
    throw refuse(`A search has at most ${MAX_LENGTH} characters, without U+0000 and halves of surrogate pairs.`);
  const found = [...query.replace(DIRECTION_MARKS, '').matchAll(TERM)].map(({ groups }) => ({
    text: groups!.phrase ?? groups!.word!,
    exact: groups!.phrase !== undefined,
    negated: groups!.minus !== '',
  }));
  if (found.length > MAX_TERMS)
    throw refuse(`A search has at most ${MAX_TERMS} words and phrases. Put words that belong together in quotes.`);
  return found;
}
