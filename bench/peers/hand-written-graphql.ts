import type { Call, CaseShape, HelperShape, ListShape, Peer, SaveShape, TreeShape } from './peer.ts';
import { dataOf } from './peer.ts';

const HELPER = 'query Helper($caseId: ID!) { helper(caseId: $caseId) { version helper } }';
const TREE =
  'query Tree($after: String) { caseTrees(after: $after) { cases { plate ownerName status invoices { invoiceNumber supplierName totalAmount lines { lineNumber description quantity lineTotal } } } hasNextPage endCursor } }';
const CASE = 'query Case($id: ID!) { case(id: $id) { plate ownerName status version } }';
const LIST =
  'query List($after: String) { cases(after: $after) { cases { plate ownerName status version filingId inspectionLocation } hasNextPage endCursor } }';
const SAVE = 'mutation Save($input: SaveHelperInput!) { saveHelper(input: $input) { outcome version replayed } }';
const LINES =
  'mutation Lines($invoiceId: ID!, $lines: [LineInput!]!) { saveLines(invoiceId: $invoiceId, lines: $lines) { updated } }';

/** The API of servers/type-defs.ts, whichever server offers it. */
export const handWrittenGraphql: Peer = {
  helper: {
    call: (caseId) => graphql(HELPER, { caseId }),
    shape: (answer) => dataOf<{ helper: HelperShape }>(answer).helper,
  },
  tree20: {
    call: (after) => graphql(TREE, { after }),
    shape: (answer) => dataOf<{ caseTrees: TreeShape }>(answer).caseTrees,
  },
  case4: { call: (id) => graphql(CASE, { id }), shape: (answer) => dataOf<{ case: CaseShape }>(answer).case },
  list50: {
    call: (after) => graphql(LIST, { after }),
    shape: (answer) => dataOf<{ cases: ListShape }>(answer).cases,
  },
  save: {
    call: ({ caseId, expectedVersion, helper, idempotencyKey }) => ({
      path: '/graphql',
      body: `{"query":${JSON.stringify(SAVE)},"variables":{"input":{"caseId":"${caseId}","expectedVersion":${expectedVersion},"idempotencyKey":"${idempotencyKey}","helper":${helper}}}}`,
    }),
    shape: (answer) => dataOf<{ saveHelper: SaveShape }>(answer).saveHelper,
  },
  lines100: {
    call: ({ invoiceId, lines }) => graphql(LINES, { invoiceId, lines }),
    shape: (answer) => dataOf<{ saveLines: { updated: number } }>(answer).saveLines.updated,
  },
};

function graphql(query: string, variables: object): Call {
  return { path: '/graphql', body: JSON.stringify({ query, variables }) };
}
