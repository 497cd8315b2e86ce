import { formatPointer } from '../../json/json-pointer.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json-value.ts';
import {
  foldOcrText,
  OCR_DAY,
  OCR_MONEY,
  OCR_PLATE,
  OCR_QUANTITY,
  OCR_TAX_ID,
  type OcrReader,
  ocrText,
} from './read-ocr-value.ts';

/** A line as the OCR gave it, under the number it has on the invoice. */
export interface OcrLine {
  readonly lineNumber: number;
  readonly itemCategory: 'PART' | 'WORK' | 'REPAIR';
  readonly description: string | null;
  readonly quantity: string | null;
  readonly unitPrice: string | null;
  readonly lineTotal: string | null;
  readonly metadata: JsonObject | null;
}

export interface OcrInvoice {
  readonly fields: Readonly<Record<string, string>>;
  readonly lines: readonly OcrLine[];
  /** JSON Pointers of what is there and could not be read. It is left out, not guessed. */
  readonly unreadable: readonly string[];
}

interface OcrField {
  /** Keys as people and models write them, folded. */
  readonly keys: readonly string[];
  readonly read: OcrReader;
}

const FIELDS: Readonly<Record<string, OcrField>> = {
  plate: { keys: ['מספר רכב', 'מס רכב', 'מספר רישוי'], read: OCR_PLATE },
  issueDate: { keys: ['תאריך', 'תאריך חשבונית'], read: OCR_DAY },
  invoiceNumber: { keys: ['מס חשבונית', 'מספר חשבונית'], read: ocrText(100) },
  supplierName: { keys: ['שם מוסך', 'שם המוסך', 'שם ספק', 'שם הספק'], read: ocrText(300) },
  supplierTaxId: { keys: ['ח פ', 'חפ', 'ע מ', 'עוסק מורשה'], read: OCR_TAX_ID },
  totalBeforeTax: { keys: ['עלות כוללת ללא מעמ', 'סהכ ללא מעמ', 'סהכ לפני מעמ'], read: OCR_MONEY },
  taxAmount: { keys: ['ערך מעמ', 'סכום מעמ'], read: OCR_MONEY },
  totalAmount: { keys: ['עלות כוללת', 'עלות כוללת כולל מעמ', 'סהכ כולל מעמ', 'סהכ לתשלום'], read: OCR_MONEY },
};

interface OcrTable {
  readonly key: string;
  readonly itemCategory: OcrLine['itemCategory'];
  readonly name: readonly string[];
  readonly description: readonly string[];
  readonly total: readonly string[];
}

const TABLES: readonly OcrTable[] = [
  {
    key: 'חלקים',
    itemCategory: 'PART',
    name: ['שם חלק', 'שם החלק'],
    description: ['תיאור', 'תיאור חלק'],
    total: ['עלות', 'עלות חלקים', 'סהכ'],
  },
  {
    key: 'עבודות',
    itemCategory: 'WORK',
    name: ['סוג העבודה', 'סוג עבודה'],
    description: ['תיאור עבודות', 'תיאור העבודה', 'תיאור'],
    total: ['עלות עבודות', 'עלות'],
  },
  {
    key: 'תיקונים',
    itemCategory: 'REPAIR',
    name: ['סוג תיקון', 'סוג התיקון'],
    description: ['תיאור התיקון', 'תיאור תיקון', 'תיאור'],
    total: ['עלות תיקונים', 'עלות'],
  },
];

const NAME = ocrText(1000);

/** What an OCR of a garage's invoice says, in our terms. Pure; the answer itself is kept beside it, unchanged. */
export function readInvoiceOcr(ocr: JsonValue): OcrInvoice {
  if (!isJsonObject(ocr)) return { fields: {}, lines: [], unreadable: [''] };
  const unreadable: string[] = [];
  const root = new OcrObject(ocr, [], unreadable);
  const fields: Record<string, string> = {};
  for (const [name, { keys, read }] of Object.entries(FIELDS)) {
    const value = root.read(keys, read);
    if (value !== null) fields[name] = value;
  }
  const lines: OcrLine[] = [];
  for (const table of TABLES)
    for (const row of root.rows(table.key)) {
      const line = readLine(row, table, lines.length + 1);
      if (line) lines.push(line);
    }
  return { fields, lines, unreadable };
}

/** Null for a row that says nothing, as the OCR writes where a table is empty. */
function readLine(row: OcrObject, table: OcrTable, lineNumber: number): OcrLine | null {
  const name = row.read(table.name, NAME);
  const detail = row.read(table.description, NAME);
  const description = [...new Set([name, detail])].filter((text) => text !== null).join(': ');
  const facts = {
    quantity: row.read(['כמות'], OCR_QUANTITY),
    unitPrice: row.read(['מחיר יחידה', 'מחיר ליחידה'], OCR_MONEY),
    lineTotal: row.read(table.total, OCR_MONEY),
  };
  const partNumber = row.read(['מקט חלק', 'מקט', 'מספר חלק'], NAME);
  const origin = row.read(['מקור'], NAME);
  const metadata = { ...(partNumber !== null && { partNumber }), ...(origin !== null && { origin }) };
  if (!description && partNumber === null && Object.values(facts).every((value) => value === null)) return null;
  return {
    lineNumber,
    itemCategory: table.itemCategory,
    description: description ? [...description].slice(0, 1000).join('') : null,
    ...facts,
    metadata: Object.keys(metadata).length > 0 ? metadata : null,
  };
}

/** An object of the answer by its folded keys, and the way to it. */
class OcrObject {
  readonly #members = new Map<string, { key: string; value: JsonValue }[]>();

  constructor(
    object: JsonObject,
    readonly path: readonly string[],
    readonly unreadable: string[],
  ) {
    for (const [key, value] of Object.entries(object)) {
      const folded = foldOcrText(key);
      this.#members.set(folded, [...(this.#members.get(folded) ?? []), { key, value }]);
    }
  }

  /** The value under any of the keys; where two of them disagree, it is none. */
  read(keys: readonly string[], read: OcrReader): string | null {
    const found = new Map<string, string>();
    for (const { key, value } of keys.flatMap((name) => this.#members.get(name) ?? [])) {
      const reading = read(value);
      if (reading === 'UNREADABLE') this.#mark(key);
      else if (reading.value !== null) found.set(reading.value, key);
    }
    if (found.size > 1) for (const key of found.values()) this.#mark(key);
    return found.size === 1 ? [...found.keys()][0]! : null;
  }

  /** The rows of a table; a single row may stand without its list. */
  rows(name: string): OcrObject[] {
    return (this.#members.get(name) ?? []).flatMap(({ key, value }) => {
      const list = Array.isArray(value) ? value : isJsonObject(value) ? [value] : [];
      if (list.length === 0 && !Array.isArray(value) && !isNothing(value)) this.#mark(key);
      return list.flatMap((row, index) => {
        const path = [...this.path, key, ...(Array.isArray(value) ? [String(index)] : [])];
        if (isJsonObject(row)) return [new OcrObject(row, path, this.unreadable)];
        if (!isNothing(row)) this.unreadable.push(formatPointer(path));
        return [];
      });
    });
  }

  #mark(key: string): void {
    this.unreadable.push(formatPointer([...this.path, key]));
  }
}

function isNothing(value: JsonValue): boolean {
  const reading = NAME(value);
  return reading !== 'UNREADABLE' && reading.value === null;
}
