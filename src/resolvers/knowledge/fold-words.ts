// How words are compared, as the database does it (private.search_normalise and search_stems): here to mark them in a
// text. A test compares the two.

const MARKS = /[\p{M}\p{Cf}"'`´׳״‘’“”„]/gu;
const FINAL_LETTERS: Readonly<Record<string, string>> = { ך: 'כ', ם: 'מ', ן: 'נ', ף: 'פ', ץ: 'צ' };

/** A word without case, accents, niqqud, quotes and invisible marks, its final letters as their plain ones. */
export function foldWord(word: string): string {
  return word
    .normalize('NFKD')
    .toLowerCase()
    .replace(MARKS, '')
    .replace(/[ךםןףץ]/g, (letter) => FINAL_LETTERS[letter]!);
}

const MIN_STEM = 3;

/** A folded Hebrew word without its prefixes: one of ה ב ל מ ש ו כ, or two where the first is ו ש כ ל מ. */
export function stemsOf(folded: string): string[] {
  if (!/^[א-ת]+$/.test(folded)) return [];
  return [/^[הבלמשוכ]/, /^[ושכלמ][הבלמשכ]/].flatMap((prefixes, index) => {
    const stem = folded.slice(index + 1);
    return prefixes.test(folded) && stem.length >= MIN_STEM ? [stem] : [];
  });
}
