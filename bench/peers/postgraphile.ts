import type { Call, CaseShape, InvoiceShape, ListShape, Peer, SaveShape } from './peer.ts';
import { dataOf } from './peer.ts';

const HELPER =
  'query Helper($caseId: UUID!) { allCaseHelpers(condition: { caseId: $caseId }, orderBy: [VERSION_DESC], first: 1) { nodes { version helperJson } } }';
const ORDER = 'orderBy: [CREATED_AT_DESC, ROW_ID_DESC]';
const TREE = `query Tree($after: Cursor) { allCases(first: 20, after: $after, ${ORDER}) { nodes { plate ownerName status invoicesByOrgIdAndCaseId(first: 20, ${ORDER}) { nodes { invoiceNumber supplierName totalAmount invoiceLinesByOrgIdAndCaseIdAndInvoiceId(first: 50, orderBy: [LINE_NUMBER_ASC]) { nodes { lineNumber description quantity lineTotal } } } } } pageInfo { hasNextPage endCursor } } }`;
const CASE = 'query Case($id: UUID!) { caseByRowId(rowId: $id) { plate ownerName status version } }';
const LIST = `query List($after: Cursor) { allCases(first: 50, after: $after, ${ORDER}) { nodes { plate ownerName status version filingId inspectionLocation } pageInfo { hasNextPage endCursor } } }`;
const SAVE =
  'mutation Save($input: BenchSaveHelperInput!) { benchSaveHelper(input: $input) { result { outcome version replayed } } }';

interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

type InvoiceNode = Omit<InvoiceShape, 'lines'> & {
  readonly invoiceLinesByOrgIdAndCaseIdAndInvoiceId: { readonly nodes: InvoiceShape['lines'] };
};
type CaseNode = Omit<CaseShape, 'version'> & {
  readonly invoicesByOrgIdAndCaseId: { readonly nodes: readonly InvoiceNode[] };
};

/** What PostGraphile offers by itself; a save is the function it exposes, lines are one mutation a line. */
export const postgraphile: Peer = {
  helper: {
    call: (caseId) => graphql(HELPER, { caseId }),
    shape: (answer) => {
      const [found] = dataOf<{ allCaseHelpers: { nodes: { version: number; helperJson: unknown }[] } }>(answer)
        .allCaseHelpers.nodes;
      return { version: found!.version, helper: found!.helperJson };
    },
  },
  tree20: {
    call: (after) => graphql(TREE, { after }),
    shape: (answer) => {
      const { nodes, pageInfo } = dataOf<{ allCases: Page<CaseNode> }>(answer).allCases;
      const cases = nodes.map(({ invoicesByOrgIdAndCaseId: invoices, ...found }) => ({
        ...found,
        invoices: invoices.nodes.map(({ invoiceLinesByOrgIdAndCaseIdAndInvoiceId: lines, ...invoice }) => ({
          ...invoice,
          lines: lines.nodes,
        })),
      }));
      return { cases, ...pageInfo };
    },
  },
  case4: {
    call: (id) => graphql(CASE, { id }),
    shape: (answer) => dataOf<{ caseByRowId: CaseShape }>(answer).caseByRowId,
  },
  list50: {
    call: (after) => graphql(LIST, { after }),
    shape: (answer) => {
      const { nodes, pageInfo } = dataOf<{ allCases: Page<ListShape['cases'][number]> }>(answer).allCases;
      return { cases: nodes, ...pageInfo };
    },
  },
  save: {
    call: ({ caseId, expectedVersion, helper, idempotencyKey }) => ({
      path: '/graphql',
      body: `{"query":${JSON.stringify(SAVE)},"variables":{"input":{"caseId":"${caseId}","expectedVersion":${expectedVersion},"idempotencyKey":"${idempotencyKey}","helper":${helper}}}}`,
    }),
    shape: (answer) => dataOf<{ benchSaveHelper: { result: SaveShape } }>(answer).benchSaveHelper.result,
  },
  lines100: {
    call: ({ orgId, invoiceId, lines }) => {
      const patches = Object.fromEntries(lines.map(({ lineNumber, ...patch }) => [`p${lineNumber}`, patch]));
      return graphql(linesMutation(lines.length), { orgId, invoiceId, ...patches });
    },
    shape: (answer) =>
      Object.values(dataOf<Record<string, { invoiceLine: { lineNumber: number } | null }>>(answer)).filter(
        (line) => line.invoiceLine,
      ).length,
  },
};

let mutation: { readonly count: number; readonly text: string } | null = null;

/** Updates lines 1 to `count` of an invoice, each by a mutation of its own, as there is none for many. */
function linesMutation(count: number): string {
  if (mutation?.count === count) return mutation.text;
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const variables = numbers.map((number) => `$p${number}: InvoiceLinePatch!`).join(', ');
  const fields = numbers.map(
    (number) =>
      `l${number}: updateInvoiceLineByOrgIdAndInvoiceIdAndLineNumber(input: { orgId: $orgId, invoiceId: $invoiceId, lineNumber: ${number}, invoiceLinePatch: $p${number} }) { invoiceLine { lineNumber } }`,
  );
  const text = `mutation Lines($orgId: UUID!, $invoiceId: UUID!, ${variables}) { ${fields.join(' ')} }`;
  mutation = { count, text };
  return text;
}

function graphql(query: string, variables: object): Call {
  return { path: '/graphql', body: JSON.stringify({ query, variables }) };
}
