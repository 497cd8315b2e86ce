import type { InvoiceFacts } from './load-invoice-facts.ts';
import { readInvoiceOcr } from './read-invoice-ocr.ts';

/** What people should look at. None of it keeps an invoice from being written. */
export const INVOICE_WARNINGS = {
  PLATE_MISMATCH: "It states another vehicle's plate. Its lines can not be accepted until the plate is corrected.",
  SUM_MISMATCH: 'Total before tax and tax do not add up to the total.',
  LINES_MISMATCH: 'The lines do not add up to the total before tax.',
  LINE_MISMATCH: "A line's total is not its quantity times its unit price less the discount.",
  VAT_MISMATCH: "The tax is not the total before tax at the VAT rate of the case's helper (/calculations/vat_rate).",
  UNREADABLE: 'Something in the OCR answer could not be read, and was left out.',
} as const;

export interface InvoiceWarning {
  readonly code: keyof typeof INVOICE_WARNINGS;
  readonly message: string;
  /** Field of the invoice; of UNREADABLE a JSON Pointer into `ocr`. */
  readonly field: string | null;
}

/** Each line is rounded to agorot by itself. */
const ROUNDING = 0.01;
const MAX_NAMED = 20;

export function findInvoiceWarnings(facts: InvoiceFacts): InvoiceWarning[] {
  return [...findPlate(facts), ...findSums(facts), ...findUnreadable(facts)];
}

function findPlate({ plate, casePlate }: InvoiceFacts): InvoiceWarning[] {
  if (plate === null || plate === casePlate) return [];
  return [
    {
      code: 'PLATE_MISMATCH',
      message: `The invoice states plate ${plate}, the case is of ${casePlate}. Correct the plate, or write the invoice to the case of that vehicle.`,
      field: 'plate',
    },
  ];
}

function findSums(facts: InvoiceFacts): InvoiceWarning[] {
  const warnings: InvoiceWarning[] = [];
  const { linesTotal, lineCount, oddLines, vatRate } = facts;
  const [before, tax, total] = [facts.totalBeforeTax, facts.taxAmount, facts.totalAmount];
  if (before !== null && tax !== null && total !== null && differs(Number(before) + Number(tax), total, ROUNDING))
    warnings.push({
      code: 'SUM_MISMATCH',
      message: `${before} before tax and ${tax} of tax are not ${total}.`,
      field: 'totalAmount',
    });
  if (before !== null && linesTotal !== null && differs(Number(linesTotal), before, ROUNDING * lineCount))
    warnings.push({
      code: 'LINES_MISMATCH',
      message: `The lines add up to ${linesTotal}, the invoice says ${before} before tax.`,
      field: 'totalBeforeTax',
    });
  if (oddLines.length > 0)
    warnings.push({
      code: 'LINE_MISMATCH',
      message: `Quantity, unit price and discount give another total in line ${oddLines.slice(0, MAX_NAMED).join(', ')}${oddLines.length > MAX_NAMED ? ' and others' : ''}.`,
      field: 'lines',
    });
  if (before !== null && tax !== null && vatRate !== null) {
    const expected = (Number(before) * Number(vatRate)) / 100;
    if (differs(expected, tax, ROUNDING * Math.max(lineCount, 1)))
      warnings.push({
        code: 'VAT_MISMATCH',
        message: `At ${vatRate}% the tax on ${before} is ${expected.toFixed(2)}, the invoice says ${tax}.`,
        field: 'taxAmount',
      });
  }
  return warnings;
}

function findUnreadable({ ocr }: InvoiceFacts): InvoiceWarning[] {
  if (ocr === null) return [];
  return readInvoiceOcr(ocr)
    .unreadable.slice(0, MAX_NAMED)
    .map((pointer) => ({
      code: 'UNREADABLE' as const,
      message: 'The OCR answer holds something here that could not be read; fill it in by hand.',
      field: pointer,
    }));
}

/** Half an agora of slack for binary fractions. */
function differs(computed: number, stated: string, tolerance: number): boolean {
  return Math.abs(computed - Number(stated)) > tolerance + 0.005;
}
