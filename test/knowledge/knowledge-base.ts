import { expect } from 'vitest';
import type { TestClient } from '../support/client.ts';

const ADD = /* GraphQL */ `
  mutation Add($input: KbAddInput!) {
    kbAdd(input: $input) {
      ok outcome cursor
      userErrors { code message field }
      idempotency { key replayed }
      doc { id databaseId title source lang tags body createdAt }
    }
  }
`;

export const SEARCH = /* GraphQL */ `
  query Search($query: String!, $tags: [String!], $lang: String, $first: Int, $after: String) {
    kbSearch(query: $query, tags: $tags, lang: $lang, first: $first, after: $after) {
      totalCount
      edges { cursor node { rank excerpt doc { title } } }
      nodes { doc { id title tags } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;

/** Adds and answers the payload, refused or not. */
// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
export async function add(client: TestClient, input: Record<string, unknown>): Promise<any> {
  return (await client.data(ADD, { input })).kbAdd;
}

export async function addDocs(client: TestClient, docs: Record<string, unknown>[]): Promise<void> {
  for (const doc of docs) expect(await add(client, doc)).toMatchObject({ outcome: 'CREATED', userErrors: [] });
}

/** Titles of the hits, best first; the count must agree. */
export async function titles(client: TestClient, query: string, rest: Record<string, unknown> = {}): Promise<string[]> {
  const { kbSearch } = await client.data(SEARCH, { query, ...rest });
  expect(kbSearch.totalCount).toBe(kbSearch.nodes.length);
  const ranks = kbSearch.edges.map((edge: { node: { rank: number } }) => edge.node.rank);
  expect(ranks).toEqual(ranks.toSorted((a: number, b: number) => b - a));
  return kbSearch.nodes.map((node: { doc: { title: string } }) => node.doc.title);
}
