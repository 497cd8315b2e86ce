import type { JsonObject } from '../json/json-value.ts';

/** The case the examples are about, as it is when the page is loaded. */
export interface ExampleCase {
  readonly caseId: string;
  readonly version: number;
  readonly helper: JsonObject;
}

interface ExampleTab {
  readonly query: string;
  readonly variables: (example: ExampleCase | null) => JsonObject;
}

const NO_CASE: ExampleCase = { caseId: '<id of a case>', version: 0, helper: {} };

/** GraphiQL's tabs, each of which runs as it stands on the demo's data. */
export const EXAMPLE_TABS: readonly ExampleTab[] = [
  {
    query: `# Find cases and read what a page needs of their helpers.
# Search forgives spelling.
query Cases($search: String) {
  viewer { actor { name kind } role orgName }
  cases(first: 10, filter: { search: $search }) {
    totalCount
    nodes {
      id
      plateDisplay
      ownerName
      status
      version
      helper {
        savedAt
        savedBy { name }
        garage: helperJson(pointer: "/stakeholders/garage")
        outline { pointer type sizeBytes children }
      }
    }
  }
}
`,
    variables: () => ({ search: '' }),
  },
  {
    query: `# Save the whole helper, made from the version you loaded.
# Run it twice: the second time nothing has changed, so there
# is no new version. Then edit manual_notes in the variables
# below, and run it again.
mutation Save($input: CaseHelperSaveFullInput!) {
  caseHelperSaveFull(input: $input) {
    ok
    outcome
    userErrors { code message field }
    helper { version changedPaths savedBy { name } }
    cursor
  }
}
`,
    variables: (example) => {
      const { caseId, version, helper } = example ?? NO_CASE;
      return {
        input: {
          caseId,
          expectedVersion: version,
          onConflict: 'MERGE_DISJOINT',
          note: 'GraphiQL example',
          // First, where it can be seen.
          helper: { manual_notes: `Edited in GraphiQL after version ${version}`, ...withoutNotes(helper) },
        },
      };
    },
  },
  {
    query: `# Save from a version that others have saved over. Nothing is
# lost: the answer says who saved, what they changed, where
# you both did, and holds the newer helper.
mutation Conflict($input: CaseHelperSaveFullInput!) {
  caseHelperSaveFull(input: $input) {
    ok
    outcome
    userErrors { code message field }
    conflict {
      expectedVersion
      currentVersion
      conflictingPaths
      savedBy { name }
      savedAt
      current { version sizeBytes }
    }
  }
}
`,
    variables: (example) => ({
      input: {
        caseId: (example ?? NO_CASE).caseId,
        expectedVersion: 0,
        onConflict: 'REJECT',
        helper: { manual_notes: 'Made from nothing' },
      },
    }),
  },
  {
    query: `# Hear of every version saved after the one you have.
# FeedReady comes first. Keep it running, open this page in a
# second window and save there.
subscription Watch($caseId: ID!, $afterVersion: Int) {
  caseHelperChanged(caseId: $caseId, afterVersion: $afterVersion) {
    __typename
    ... on FeedReady { cursor currentVersion }
    ... on HelperVersionSaved {
      version
      previousVersion
      changedPaths
      helper { savedBy { name } savedAt }
    }
    ... on FeedHeartbeat { at }
    ... on FeedResyncRequired { reason currentVersion }
  }
}
`,
    variables: (example) => {
      const { caseId, version } = example ?? NO_CASE;
      return { caseId, afterVersion: version };
    },
  },
  {
    query: `# Change one place of the helper, without sending the rest.
# Run it twice: the second time there is nothing to change.
mutation Patch($input: CaseHelperPatchInput!) {
  caseHelperPatch(input: $input) {
    ok
    outcome
    userErrors { code message field }
    helper { version changedPaths trigger }
  }
}
`,
    variables: (example) => ({
      input: {
        caseId: (example ?? NO_CASE).caseId,
        mergePatch: { stakeholders: { garage: { phone: '04-7654321' } } },
      },
    }),
  },
  {
    query: `# Write invoices with their lines. Each item is answered; run it
# again, and nothing is written twice. Then try a price of -1.
mutation Invoices($input: InvoicesUpsertInput!) {
  invoicesUpsert(input: $input) {
    ok
    outcome
    userErrors { code message field }
    items {
      outcome
      invoice {
        invoiceNumber
        linesTotal
        warnings { code message }
        lines { nodes { lineNumber description lineTotal } }
      }
    }
  }
}
`,
    variables: (example) => ({
      input: {
        caseId: (example ?? NO_CASE).caseId,
        invoices: [
          {
            supplierName: 'Example garage',
            invoiceNumber: '1001',
            totalBeforeTax: '1500.00',
            lines: [
              { lineNumber: 1, description: 'Bumper', quantity: '1', unitPrice: '1200.00', lineTotal: '1200.00' },
              { lineNumber: 2, description: 'Paint', quantity: '1', unitPrice: '250.00', lineTotal: '250.00' },
            ],
          },
        ],
      },
    }),
  },
  {
    query: `# What needs attention, what has happened, how cases are spread.
query Boards {
  officeCounts { activeCases unpaidCases missingInvoiceCases remindersDueToday }
  caseCounts(groupBy: STATUS) { total groups { key label count } }
  systemHealth { errors warnings staleCases { totalCount } feed { entries listening } }
  cases(first: 1) {
    nodes { timeline(first: 10) { nodes { at type actor { name } changedFields } } }
  }
}
`,
    variables: () => ({}),
  },
];

function withoutNotes({ manual_notes: _, ...helper }: JsonObject): JsonObject {
  return helper;
}
