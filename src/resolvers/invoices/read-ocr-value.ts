import type { JsonValue } from '../../json/json-value.ts';
import { normalisePlate } from '../cases/plate.ts';
import { CURRENCY, INVISIBLE, isNothing, QUOTES, readPrintedDay } from '../printed-text.ts';

/** A value of an OCR answer: read, absent (null), or there but not to be understood. */
export type OcrReading = { readonly value: string | null } | 'UNREADABLE';

export type OcrReader = (given: JsonValue | undefined) => OcrReading;

const MAX_AMOUNT = 99_999_999_999;

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

export const OCR_DAY: OcrReader = reader(readPrintedDay);

/** @param understand answers null for what it can not make sense of */
function reader(understand: (text: string) => string | null): OcrReader {
  return (given) => {
    if (given === undefined || given === null) return { value: null };
    if (typeof given !== 'string' && typeof given !== 'number') return 'UNREADABLE';
    const text = String(given).replace(INVISIBLE, ' ').trim();
    if (isNothing(foldOcrText(text))) return { value: null };
    const value = understand(text);
    return value === null ? 'UNREADABLE' : { value };
  };
}

/** Commas only where they part thousands: 4,160.00 is read, 4,16 and 4.160,00 are not guessed at. */
function amount(scale: number): OcrReader {
  return reader((text) => {
    const bare = text.replace(CURRENCY, '').trim();
    if (!/^(\d{1,3}(,\d{3})+|\d{1,15})(\.\d+)?$/.test(bare)) return null;
    const digits = bare.replaceAll(',', '');
    const decimals = digits.split('.')[1]?.replace(/0+$/, '') ?? '';
    if (decimals.length > scale || Number(digits) > MAX_AMOUNT) return null;
    return decimals ? `${digits.split('.')[0]}.${decimals}` : digits.split('.')[0]!;
  });
}
