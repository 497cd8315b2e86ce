import type { TestClient } from './client.ts';

/** A bulk write answers like any other: outcome, refusals, and an answer for each item. */
function bulkDocument(mutation: string, node: string): string {
  const input = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  return `mutation ($input: ${input}!) {
    ${mutation}(input: $input) {
      ok outcome userErrors { code message field } idempotency { replayed }
      items { index outcome ${node} userErrors { code message field } }
    }
  }`;
}

/** Sends a bulk write and answers its payload, refused or not. `node` is what is selected of each item's row. */
export function bulkWriter(mutation: string, node: string) {
  const document = bulkDocument(mutation, node);
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  return async (client: TestClient, input: Record<string, unknown>): Promise<any> =>
    (await client.data(document, { input }))[mutation];
}

/** Code and place of each refusal, the place without ['input', <list>]. */
export function faultsOf(payload: { userErrors: { code: string; field: string[] }[] }): [string, string[]][] {
  return payload.userErrors.map(({ code, field }) => [code, field.slice(2)]);
}
