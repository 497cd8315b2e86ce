// How people here print values, and what OCR makes of that: direction marks, five kinds of quotes, words for nothing.

/** Left-to-right marks and the like, which stand between Hebrew letters and digits. */
export const INVISIBLE = /\p{Cf}/gu;
export const QUOTES = /["'`´‘’“”׳״]/gu;
export const CURRENCY = /₪|ש["'׳״]?ח|NIS|ILS/giu;

const NOTHING = new Set(['', '-', '–', '—', 'אין מידע', 'לא ידוע']);

/** True for what is printed where nothing is known. @param folded without quotes and marks */
export function isNothing(folded: string): boolean {
  return NOTHING.has(folded);
}

/** A day as people here write it, day first: 09/11/25, 02/11/2025, 2.11.2025; or as ISO 8601 does. Null for no day. */
export function readPrintedDay(text: string): string | null {
  const local = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})$/.exec(text);
  const year = local?.[4]?.padStart(4, '20');
  const day = local ? `${year}-${local[3]!.padStart(2, '0')}-${local[1]!.padStart(2, '0')}` : text;
  const instant = /^\d{4}-\d\d-\d\d$/.test(day) ? new Date(`${day}T00:00:00Z`) : null;
  // A 31st of February would be a day of March.
  return instant && !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(day) ? day : null;
}
