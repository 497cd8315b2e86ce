import type { JsonValue } from '../../json/json-value.ts';
import { normalisePlate } from '../cases/plate.ts';

/** A value of an OCR answer: read, absent (null), or there but not to be understood. */
export type OcrReading = { readonly value: string | null } | 'UNREADABLE';

export type OcrReader = (given: JsonValue | undefined) => OcrReading;

const MAX_AMOUNT = 99_999_999_999;
/** Left-to-right marks and the like, which OCR of Hebrew strews between the digits. */
const INVISIBLE = /[\p{Cf}\u00a0]/gu;
const QUOTES = /["'`´‘’“”׳״]/gu;
const NOTHING = new Set(['', '-', '–', '—', 'אין מידע']);

/** Keys and phrases, whichever quotes, dots and spaces the OCR wrote in them: מע"מ, מע'מ and מע״מ are one. */
export function foldOcrText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(INVISIBLE, ' ')
    .replace(QUOTES, '')
    .replace(/[.:\s]+/g, ' ')
    .trim();
}

/** Text of at most `max` characters, without the spaces around it. */
export function ocrText(max: number): OcrReader {
  return reader((text) => ([...text].length <= max ? text : null));
}

/** A plate in any spelling, as its digits. */
export const OCR_PLATE: OcrReader = reader(normalisePlate);

/** A tax id; spaces and dashes between its digits are spelling. */
export const OCR_TAX_ID: OcrReader = reader((text) => {
  const digits = text.replace(/[\s\p{Pd}.]/gu, '');
  if (/^\d+$/.test(digits)) return digits.length <= 50 ? digits : null;
  return [...text].length <= 50 ? text : null;
});

export const OCR_MONEY: OcrReader = amount(2);
export const OCR_QUANTITY: OcrReader = amount(3);

/** A day as people here write it, day first: 09/11/25, 02/11/2025, 2.11.2025; or as ISO 8601 does. */
export const OCR_DAY: OcrReader = reader((text) => {
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (iso) return dayOf(iso[1]!, iso[2]!, iso[3]!);
  const local = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})$/.exec(text);
  if (!local) return null;
  const [, day, , month, year] = local;
  return dayOf(year!.length === 2 ? `20${year}` : year!, month!.padStart(2, '0'), day!.padStart(2, '0'));
});

/** @param understand answers null for what it can not make sense of */
function reader(understand: (text: string) => string | null): OcrReader {
  return (given) => {
    if (given === undefined || given === null) return { value: null };
    if (typeof given !== 'string' && typeof given !== 'number') return 'UNREADABLE';
    const text = String(given).replace(INVISIBLE, ' ').trim();
    if (NOTHING.has(foldOcrText(text))) return { value: null };
    const value = understand(text);
    return value === null ? 'UNREADABLE' : { value };
  };
}

/** Commas only where they part thousands: 4,160.00 is read, 4,16 and 4.160,00 are not guessed at. */
function amount(scale: number): OcrReader {
  return reader((text) => {
    const bare = text.replace(/₪|ש["'׳״]?ח|NIS|ILS/giu, '').trim();
    if (!/^(\d{1,3}(,\d{3})+|\d{1,15})(\.\d+)?$/.test(bare)) return null;
    const digits = bare.replaceAll(',', '');
    const decimals = digits.split('.')[1]?.replace(/0+$/, '') ?? '';
    if (decimals.length > scale || Number(digits) > MAX_AMOUNT) return null;
    return decimals ? `${digits.split('.')[0]}.${decimals}` : digits.split('.')[0]!;
  });
}

function dayOf(year: string, month: string, day: string): string | null {
  const written = `${year}-${month}-${day}`;
  const instant = new Date(`${written}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(written) ? written : null;
}
