/**
 * The API of the servers whose resolvers are written by hand. Pages are of a fixed size, and the tree is a query of its own,
 * so that each operation reads what it answers with, in one statement.
 */
export const typeDefs = /* GraphQL */ `
  "Any JSON, as it is."
  scalar JSON

  type Query {
    helper(caseId: ID!): Helper
    case(id: ID!): Case
    "50 cases, newest first."
    cases(after: String): CasePage!
    "20 cases with their invoices and lines, newest first."
    caseTrees(after: String): CaseTreePage!
  }

  type Mutation {
    saveHelper(input: SaveHelperInput!): SavedHelper!
    saveLines(invoiceId: ID!, lines: [LineInput!]!): SavedLines!
  }

  type Helper {
    version: Int!
    helper: JSON!
  }

  type Case {
    plate: String!
    ownerName: String
    status: String!
    version: Int!
  }

  type ListedCase {
    plate: String!
    ownerName: String
    status: String!
    version: Int!
    filingId: String
    inspectionLocation: String
  }

  type CasePage {
    cases: [ListedCase!]!
    hasNextPage: Boolean!
    endCursor: String
  }

  type CaseTree {
    plate: String!
    ownerName: String
    status: String!
    invoices: [Invoice!]!
  }

  type CaseTreePage {
    cases: [CaseTree!]!
    hasNextPage: Boolean!
    endCursor: String
  }

  type Invoice {
    invoiceNumber: String
    supplierName: String
    totalAmount: String
    lines: [InvoiceLine!]!
  }

  type InvoiceLine {
    lineNumber: Int!
    description: String
    quantity: String
    lineTotal: String
  }

  input SaveHelperInput {
    caseId: ID!
    expectedVersion: Int!
    idempotencyKey: String!
    helper: JSON!
  }

  type SavedHelper {
    outcome: String!
    version: Int!
    replayed: Boolean!
  }

  input LineInput {
    lineNumber: Int!
    description: String
    itemCategory: String
    quantity: String
    unitPrice: String
    lineTotal: String
  }

  type SavedLines {
    updated: Int!
    created: Int!
  }
`;

export interface PageArguments {
  readonly after?: string | null;
}

export interface SaveHelperArguments {
  readonly input: {
    readonly caseId: string;
    readonly expectedVersion: number;
    readonly idempotencyKey: string;
    readonly helper: unknown;
  };
}

export interface SaveLinesArguments {
  readonly invoiceId: string;
  readonly lines: readonly object[];
}
