import type { Call, CaseShape, InvoiceShape, ListShape, Peer } from './peer.ts';
import { dataOf } from './peer.ts';

const HELPER = 'query Helper($caseId: ID!) { caseHelperGetCurrent(caseId: $caseId) { version helperJson } }';
const TREE =
  'query Tree($after: String) { cases(first: 20, after: $after) { nodes { plate ownerName status invoices(first: 20) { nodes { invoiceNumber supplierName totalAmount lines(first: 50) { nodes { lineNumber description quantity lineTotal } } } } } pageInfo { hasNextPage endCursor } } }';
const CASE = 'query Case($id: ID!) { case(id: $id) { plate ownerName status version } }';
const LIST =
  'query List($after: String) { cases(first: 50, after: $after) { nodes { plate ownerName status version filingId inspectionLocation } pageInfo { hasNextPage endCursor } } }';
const SAVE =
  'mutation Save($input: CaseHelperSaveFullInput!) { caseHelperSaveFull(input: $input) { outcome helper { version } userErrors { code } idempotency { replayed } } }';
const LINES =
  'mutation Lines($input: InvoiceLinesBulkUpsertInput!) { invoiceLinesBulkUpsert(input: $input) { items { outcome } userErrors { code } } }';

interface UserErrors {
  readonly userErrors: readonly { readonly code: string }[];
}

export const casegraph: Peer = {
  helper: {
    call: (caseId) => graphql(HELPER, { caseId }),
    shape: (answer) => {
      const found = dataOf<{ caseHelperGetCurrent: { version: number; helperJson: unknown } }>(answer);
      return { version: found.caseHelperGetCurrent.version, helper: found.caseHelperGetCurrent.helperJson };
    },
  },
  tree20: {
    call: (after) => graphql(TREE, { after }),
    shape: (answer) => {
      const { nodes, pageInfo } = dataOf<{
        cases: Page<
          Omit<CaseShape, 'version'> & {
            invoices: { nodes: (Omit<InvoiceShape, 'lines'> & { lines: { nodes: InvoiceShape['lines'] } })[] };
          }
        >;
      }>(answer).cases;
      const cases = nodes.map((found) => ({
        ...found,
        invoices: found.invoices.nodes.map((invoice) => ({ ...invoice, lines: invoice.lines.nodes })),
      }));
      return { cases, ...pageInfo };
    },
  },
  case4: {
    call: (id) => graphql(CASE, { id }),
    shape: (answer) => dataOf<{ case: CaseShape }>(answer).case,
  },
  list50: {
    call: (after) => graphql(LIST, { after }),
    shape: (answer) => {
      const { nodes, pageInfo } = dataOf<{ cases: Page<ListShape['cases'][number]> }>(answer).cases;
      return { cases: nodes, ...pageInfo };
    },
  },
  save: {
    call: ({ caseId, expectedVersion, helper, idempotencyKey }) => ({
      path: '/graphql',
      body: `{"query":${JSON.stringify(SAVE)},"variables":{"input":{"caseId":"${caseId}","expectedVersion":${expectedVersion},"idempotencyKey":"${idempotencyKey}","helper":${helper}}}}`,
    }),
    shape: (answer) => {
      const { caseHelperSaveFull: saved } = dataOf<{
        caseHelperSaveFull: UserErrors & {
          outcome: string;
          helper: { version: number };
          idempotency: { replayed: boolean };
        };
      }>(answer);
      assertAccepted(saved);
      return { outcome: saved.outcome, version: saved.helper.version, replayed: saved.idempotency.replayed };
    },
  },
  lines100: {
    call: ({ invoiceId, lines }) => graphql(LINES, { input: { invoiceId, lines } }),
    shape: (answer) => {
      const { invoiceLinesBulkUpsert: written } = dataOf<{
        invoiceLinesBulkUpsert: UserErrors & { items: { outcome: string }[] };
      }>(answer);
      assertAccepted(written);
      return written.items.filter(({ outcome }) => outcome === 'UPDATED').length;
    },
  },
};

interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

function graphql(query: string, variables: object): Call {
  return { path: '/graphql', body: JSON.stringify({ query, variables }) };
}

function assertAccepted({ userErrors }: UserErrors): void {
  if (userErrors[0]) throw new Error(userErrors[0].code);
}
