import { foldWord, stemsOf } from './fold-words.ts';
import type { SearchTerm } from './search-terms.ts';

/** Characters of a text that are shown, give or take a word. */
const LENGTH = 240;
/** Of these, how many before the first word that was found. */
const LEAD = 40;

const RUN = /[\p{L}\p{N}\p{M}\p{Cf}"'`׳״’]+/gu;
const LETTER = /[\p{L}\p{N}]/u;

interface Found {
  readonly start: number;
  readonly end: number;
  /** Which word of the search it is. */
  readonly wanted: number;
}

/**
 * The stretch of a text that holds most of the words searched for, as HTML: the words in <mark>, everything else escaped.
 * The beginning of the text where it holds none of them.
 */
export function excerptOf(text: string, terms: readonly SearchTerm[]): string {
  const found = findWords(text, wantedWords(terms));
  const [from, to] = stretchAround(text, bestRun(found));
  const parts: string[] = [from > 0 ? '…' : ''];
  let place = from;
  for (const { start, end } of found) {
    if (start < place || end > to) continue;
    parts.push(escapeHtml(text.slice(place, start)), '<mark>', escapeHtml(text.slice(start, end)), '</mark>');
    place = end;
  }
  parts.push(escapeHtml(text.slice(place, to)), to < text.length ? '…' : '');
  return parts.join('').replace(/\s+/g, ' ').trim();
}

/** Tests of folded words, one for each word searched for. A word's beginning finds it, and a phrase its own words alone. */
function wantedWords(terms: readonly SearchTerm[]): ((folded: string) => boolean)[] {
  return terms
    .filter((term) => !term.negated)
    .flatMap((term) => {
      const words = runsOf(term.text).map(({ word }) => foldWord(word));
      if (term.exact || words.length > 1)
        return words.map((word) => (folded: string) => folded === word || stemsOf(folded).includes(word));
      return words.map((word) => {
        const forms = [word, ...stemsOf(word)];
        return (folded: string) =>
          [folded, ...stemsOf(folded)].some((known) => forms.some((form) => known.startsWith(form)));
      });
    });
}

function findWords(text: string, wanted: ((folded: string) => boolean)[]): Found[] {
  return runsOf(text).flatMap(({ word, start }) => {
    const folded = foldWord(word);
    const index = wanted.findIndex((isWanted) => isWanted(folded));
    return index < 0 ? [] : [{ start, end: start + word.length, wanted: index }];
  });
}

/** Words with their places; a quote belongs to a word only within it. */
function runsOf(text: string): { word: string; start: number }[] {
  return [...text.matchAll(RUN)].flatMap((match) => {
    const letters = [...match[0].matchAll(new RegExp(LETTER, 'gu'))];
    const [first, last] = [letters[0], letters.at(-1)];
    if (!first || !last) return [];
    let end = last.index + last[0].length;
    while (/^\p{M}/u.test(match[0].slice(end, end + 1))) end++;
    return [{ word: match[0].slice(first.index, end), start: match.index + first.index }];
  });
}

/** The first of the finds from which most different words lie within an excerpt's length. */
function bestRun(found: readonly Found[]): number {
  let best = { start: 0, words: 0 };
  let last = 0;
  const counts = new Map<number, number>();
  for (const first of found) {
    for (; last < found.length && found[last]!.end <= first.start + LENGTH - LEAD; last++)
      counts.set(found[last]!.wanted, (counts.get(found[last]!.wanted) ?? 0) + 1);
    if (counts.size > best.words) best = { start: first.start, words: counts.size };
    const rest = (counts.get(first.wanted) ?? 0) - 1;
    if (rest > 0) counts.set(first.wanted, rest);
    else counts.delete(first.wanted);
  }
  return best.start;
}

/** From the beginning of a word to the end of one, where there are words. */
function stretchAround(text: string, start: number): [from: number, to: number] {
  const early = Math.max(0, start - LEAD);
  const space = early === 0 ? -1 : text.slice(early, start).search(/\s/);
  const from = early === 0 ? 0 : space < 0 ? start : early + space + 1;
  const late = from + LENGTH;
  if (late >= text.length) return [from, text.length];
  const end = text.slice(from, late).search(/\s\S*$/);
  return [from, end > LENGTH / 2 ? from + end : wholeCharacter(text, late)];
}

/** A place that does not lie within a surrogate pair. */
function wholeCharacter(text: string, place: number): number {
  return /[\ud800-\udbff]/.test(text[place - 1] ?? '') ? place + 1 : place;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!);
}
