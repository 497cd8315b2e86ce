import type { TestClient } from '../support/client.ts';

const ANSWER = 'ok outcome userErrors { code message field } idempotency { replayed }';

export const PARTS_REQUIRED = /* GraphQL */ `
  mutation ($input: PartsRequiredBulkUpsertInput!) {
    partsRequiredBulkUpsert(input: $input) {
      ${ANSWER}
      items {
        index outcome userErrors { code message field }
        part {
          databaseId rowUuid damageCenterCode partNumber partName quantity unitPrice reductionPercentage wearPercentage
          updatedPrice totalCost status metadata source
        }
      }
    }
  }
`;

export const PARTS_RESULTS = /* GraphQL */ `
  mutation ($input: PartsResultsBulkUpsertInput!) {
    partsResultsBulkUpsert(input: $input) {
      ${ANSWER}
      session { id databaseId searchContext results { totalCount } case { databaseId } }
      items { index outcome userErrors { code message field } result { databaseId supplier searchQuery results responseTimeMs session { databaseId } } }
    }
  }
`;

export const SELECTED_PARTS = /* GraphQL */ `
  mutation ($input: SelectedPartsBulkUpsertInput!) {
    selectedPartsBulkUpsert(input: $input) {
      ${ANSWER}
      items {
        index outcome userErrors { code message field }
        part { databaseId dataSource supplier partNumber partName quantity unitPrice status damageCenterCode rawData }
      }
    }
  }
`;

/** Calls the one mutation of a document and answers its payload, refused or not. */
// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
export async function call(client: TestClient, mutation: string, input: Record<string, unknown>): Promise<any> {
  return Object.values(await client.data(mutation, { input }))[0];
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
export function outcomesOf(payload: any): string[] {
  return payload.items.map((item: { outcome: string }) => item.outcome);
}

/** Code and place of each refusal, from the item on. */
// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
export function faultsOf(payload: any): string[] {
  return payload.userErrors.map(
    ({ code, field }: { code: string; field: string[] }) => `${code} ${field.slice(2).join('/')}`,
  );
}
