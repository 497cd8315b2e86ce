import { expect } from 'vitest';
import type { TestClient } from '../support/client.ts';

/** Mutation → input that leaves a word of its own in every column of its table. */
const PLANTED: Record<string, Record<string, unknown>> = {
  partsResultsBulkUpsert: {
    searchContext: { words: 'canary-search-context' },
    results: [
      {
        supplier: 'canary-result-supplier',
        searchQuery: { words: 'canary-search-query' },
        results: ['canary-search-result'],
      },
    ],
  },
  partsRequiredBulkUpsert: {
    parts: [
      {
        damageCenterCode: 'canary-part-center',
        partNumber: 'canary-part-number',
        partName: 'canary-part-name',
        manufacturer: 'canary-part-manufacturer',
        selectedSupplier: 'canary-part-supplier',
        unitPrice: '7654321.98',
        metadata: { note: 'canary-part-metadata' },
      },
    ],
  },
  selectedPartsBulkUpsert: {
    parts: [
      {
        damageCenterCode: 'canary-selected-center',
        dataSource: 'CATALOG',
        supplier: 'canary-selected-supplier',
        partNumber: 'canary-selected-number',
        partName: 'canary-selected-name',
        manufacturer: 'canary-selected-manufacturer',
        rawData: { note: 'canary-selected-raw' },
      },
    ],
  },
  vehicleDetailsUpsert: {
    details: {
      vin: 'canary-vehicle-vin',
      manufacturer: 'canary-vehicle-manufacturer',
      model: 'canary-vehicle-model',
      color: 'canary-vehicle-color',
      rawData: { note: 'canary-vehicle-raw' },
      enrichedData: { note: 'canary-vehicle-enriched' },
    },
  },
  leviReportsUpsert: {
    reports: [
      {
        reportId: 'canary-levi-report',
        rawResponse: { note: 'canary-levi-raw' },
        parsedData: { note: 'canary-levi-parsed' },
        reportUrl: 'https://example.com/canary-levi-url',
      },
    ],
  },
};

/** Some of the words, for those who check that the crawl finds them where it should. */
export const PLANTED_PARTS = [
  'canary-search-context',
  'canary-search-result',
  'canary-part-name',
  'canary-part-metadata',
  'canary-selected-raw',
  'canary-vehicle-raw',
  'canary-levi-parsed',
];

/** Gives a case parts and a vehicle with words that nobody outside may be answered. */
export async function plantParts(admin: TestClient, caseId: string): Promise<void> {
  for (const [mutation, input] of Object.entries(PLANTED)) {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    const answer = await admin.data(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { ok userErrors { message } } }`,
      { input: { caseId, ...input } },
    );
    expect(answer[mutation]).toEqual({ ok: true, userErrors: [] });
  }
}

/** Input of each of these mutations, written to a case. */
export function partsInput(mutation: keyof typeof PLANTED, caseId: string): Record<string, unknown> {
  return { caseId, ...PLANTED[mutation] };
}
