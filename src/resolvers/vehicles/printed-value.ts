// Values as registries and price guides print them for people: Hebrew, with currency signs, units and direction marks.
// What can't be read is null; nothing is guessed at.
import type { JsonValue } from '../../json/json-value.ts';
import { CURRENCY, INVISIBLE, isNothing, QUOTES, readPrintedDay } from '../printed-text.ts';

export type PrintedReader<Value extends JsonValue> = (given: JsonValue | undefined) => Value | null;

const MAX_DIGITS = 12;

/** A key or word however it is quoted and spaced: ק"מ, ק״מ and קמ are one. */
export function foldPrinted(text: string): string {
  return text.normalize('NFKC').replace(INVISIBLE, '').replace(QUOTES, '').replace(/\s+/g, ' ').trim();
}

/** Text of at most `max` characters. */
export function printedText(max: number): PrintedReader<string> {
  return (given) => {
    if (typeof given !== 'string' && typeof given !== 'number') return null;
    const text = String(given).replace(INVISIBLE, '').trim();
    return isNothing(foldPrinted(text)) || [...text].length > max ? null : text;
  };
}

const TEXT = printedText(1_000);

/** "₪ -7,801" is "-7801.00". */
export const printedMoney: PrintedReader<string> = (given) => {
  const amount = readNumber(TEXT(given)?.replace(CURRENCY, ''), 2);
  if (amount === null) return null;
  const [whole, decimals = ''] = amount.split('.');
  return `${whole}.${decimals.padEnd(2, '0')}`;
};

/** "-6.5%" is "-6.5". */
export const printedPercent: PrintedReader<string> = (given) => readNumber(TEXT(given)?.replace('%', ''), 4);

/** The first whole number of a text: "1,598 סמ״ק" is 1598. */
export const printedInteger: PrintedReader<number> = (given) => {
  const [found] = /(?<![\d.,])(\d{1,3}(,\d{3}){1,2}|\d{1,9})(?![\d,]|\.\d)/.exec(TEXT(given) ?? '') ?? [];
  return found ? Number(found.replaceAll(',', '')) : null;
};

/** "04/2021", "2021-04" and "2021" are 2021. */
export const printedYear: PrintedReader<number> = (given) => {
  const match = /^(?:(?:\d{1,2}[/.-]){0,2}((?:19|20)\d\d)|((?:19|20)\d\d)(?:[/.-]\d{1,2}){1,2})$/.exec(
    TEXT(given) ?? '',
  );
  return match ? Number(match[1] ?? match[2]) : null;
};

/** "02/11/2025" is "2025-11-02". */
export const printedDay: PrintedReader<string> = (given) => readPrintedDay(TEXT(given) ?? '');

export const printedFlag: PrintedReader<boolean> = (given) => {
  if (typeof given === 'boolean') return given;
  const word = foldPrinted(TEXT(given) ?? '').toLowerCase();
  if (['כן', 'yes', 'true'].includes(word)) return true;
  return ['לא', 'no', 'false'].includes(word) ? false : null;
};

/** A signed decimal without trailing zeros. Commas only where they part thousands: 1,45 is not guessed at. */
function readNumber(text: string | undefined, scale: number): string | null {
  const bare = (text ?? '').replace(/[−–]/g, '-').replace(/\s/g, '');
  const match = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(-?)$/.exec(bare);
  if (!match || (match[1] && match[4])) return null;
  const whole = match[2]!.replaceAll(',', '').replace(/^0+(?=\d)/, '');
  const decimals = (match[3] ?? '').replace(/0+$/, '');
  if (whole.length > MAX_DIGITS || decimals.length > scale) return null;
  const size = decimals ? `${whole}.${decimals}` : whole;
  return (match[1] === '-' || match[4]) && size !== '0' ? `-${size}` : size;
}
