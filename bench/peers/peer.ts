/** One HTTP request of the load: always a POST of JSON. */
export interface Call {
  readonly path: string;
  readonly body: string;
}

export const READS = ['helper', 'tree20', 'case4', 'list50'] as const;
export const WRITES = ['save', 'lines100'] as const;
export type ReadName = (typeof READS)[number];
export type WriteName = (typeof WRITES)[number];
export type WorkloadName = ReadName | WriteName;

/** A read: `variable` is the id of a case, or the cursor after which a page begins; null begins at the top. */
export interface Read<Shape> {
  call(variable: string | null): Call;
  /** The answer in the form that is the same for all servers. @throws for an answer that is none */
  shape(answer: unknown): Shape;
}

export interface Write<Input, Shape> {
  call(input: Input): Call;
  /** @throws for a refusal */
  shape(answer: unknown): Shape;
}

export interface HelperShape {
  readonly version: number;
  readonly helper: unknown;
}

export interface CaseShape {
  readonly plate: string;
  readonly ownerName: string;
  readonly status: string;
  readonly version: number;
}

export interface ListShape {
  readonly cases: readonly (CaseShape & { readonly filingId: string; readonly inspectionLocation: string })[];
  readonly hasNextPage: boolean;
  readonly endCursor: string;
}

export interface TreeShape {
  readonly cases: readonly (Omit<CaseShape, 'version'> & { readonly invoices: readonly InvoiceShape[] })[];
  readonly hasNextPage: boolean;
  readonly endCursor: string;
}

export interface InvoiceShape {
  readonly invoiceNumber: string;
  readonly supplierName: string;
  readonly totalAmount: string;
  readonly lines: readonly {
    readonly lineNumber: number;
    readonly description: string;
    readonly quantity: string;
    readonly lineTotal: string;
  }[];
}

export interface SaveInput {
  readonly caseId: string;
  readonly expectedVersion: number;
  /** JSON. */
  readonly helper: string;
  readonly idempotencyKey: string;
}

export interface SaveShape {
  readonly outcome: string;
  readonly version: number;
  readonly replayed: boolean;
}

export interface LinesInput {
  readonly orgId: string;
  readonly invoiceId: string;
  readonly lines: readonly LineInput[];
}

export interface LineInput {
  readonly lineNumber: number;
  readonly description: string;
  readonly itemCategory: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly lineTotal: string;
}

/** How one server is asked for the same things as the others. */
export interface Peer {
  readonly helper: Read<HelperShape>;
  readonly tree20: Read<TreeShape>;
  readonly case4: Read<CaseShape>;
  readonly list50: Read<ListShape>;
  readonly save: Write<SaveInput, SaveShape>;
  /** Shape: how many lines were updated. */
  readonly lines100: Write<LinesInput, number>;
}

/** The data of an answer of a GraphQL server. @throws with its first error */
export function dataOf<Data>(answer: unknown): Data {
  const { data, errors } = answer as { data?: Data; errors?: { message: string }[] };
  if (errors?.[0] || !data) throw new Error(errors?.[0]?.message ?? 'The answer has no data.');
  return data;
}
