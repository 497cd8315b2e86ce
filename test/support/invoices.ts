import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../src/json/json-value.ts';
import { openCase, SAMPLE_PLATE, sampleHelper } from './cases.ts';
import type { TestClient } from './client.ts';

const UPSERT_INVOICES = /* GraphQL */ `
  mutation UpsertInvoices($input: InvoicesUpsertInput!) {
    invoicesUpsert(input: $input) {
      ok outcome userErrors { code message field } idempotency { replayed }
      items {
        index outcome userErrors { code message field }
        invoice {
          id databaseId invoiceNumber invoiceType supplierName supplierTaxId issueDate dueDate status statusLabel
          totalBeforeTax taxAmount totalAmount linesTotal plate ocr source
          warnings { code message field }
          lines { totalCount nodes { databaseId lineNumber description itemCategory quantity unitPrice discountPercent lineTotal metadata } }
        }
      }
    }
  }
`;

const UPSERT_LINES = /* GraphQL */ `
  mutation UpsertLines($input: InvoiceLinesBulkUpsertInput!) {
    invoiceLinesBulkUpsert(input: $input) {
      ok outcome userErrors { code message field } idempotency { replayed }
      invoice { linesTotal lines { totalCount nodes { lineNumber description } } }
      items { index outcome line { databaseId lineNumber description unitPrice part { partName } } userErrors { code message field } }
    }
  }
`;

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
type Payload = any;

/** What the invoice OCR of the office answers, as Make passes it on. */
export function sampleInvoiceOcr(): JsonObject {
  return JSON.parse(readFileSync(new URL('./make/invoice.ocr.json', import.meta.url), 'utf8')) as JsonObject;
}

export async function upsertInvoices(client: TestClient, input: Record<string, unknown>): Promise<Payload> {
  return (await client.data(UPSERT_INVOICES, { input })).invoicesUpsert;
}

export async function upsertLines(client: TestClient, input: Record<string, unknown>): Promise<Payload> {
  return (await client.data(UPSERT_LINES, { input })).invoiceLinesBulkUpsert;
}

export async function moveAssignments(
  client: TestClient,
  move: 'Propose' | 'Assign' | 'Accept' | 'Reject',
  input: Record<string, unknown>,
): Promise<Payload> {
  const name = `InvoiceLineAssignments${move}`;
  const field = `invoiceLineAssignments${move}`;
  const document = `mutation ($input: ${name}Input!) { ${field}(input: $input) {
    ok outcome userErrors { code message field } idempotency { replayed }
    items { index outcome userErrors { code message field } assignment { id databaseId damageCenterCode status method confidence note source } }
  } }`;
  return (await client.data(document, { input }))[field];
}

/** Damage centres of the sample helper. */
export const CENTRES = ['dc_1762160000000_1', 'dc_1762160000001_2', 'dc_1762160000002_3'] as const;

/** A case with the sample helper and an invoice of `count` lines. */
export async function openInvoice(client: TestClient, count = 2, invoice: Record<string, unknown> = {}) {
  const { databaseId: caseId } = await openCase(client, { plate: SAMPLE_PLATE, helper: sampleHelper() });
  const lines = Array.from({ length: count }, (_, index) => ({
    lineNumber: index + 1,
    description: `line ${index + 1}`,
  }));
  const made = await upsertInvoices(client, { caseId, invoices: [{ invoiceNumber: '1', lines, ...invoice }] });
  const [{ invoice: row }] = made.items;
  return {
    caseId,
    invoiceId: row.databaseId as string,
    lineIds: row.lines.nodes.map((line: { databaseId: string }) => line.databaseId) as string[],
  };
}

export async function statusOfInvoice(client: TestClient, id: string): Promise<string> {
  return (await client.data('query ($id: ID!) { node(id: $id) { ... on Invoice { status } } }', { id })).node.status;
}
