import { expect } from 'vitest';
import type { TestClient } from '../support/client.ts';

const [file, office] = ['canary-file', 'canary-office'];

type Inputs = Record<string, Record<string, unknown>>;

/** Input of each mutation of a case's files and of the office: a word of its own wherever there is room for one. */
function inputsOf(caseId: string, userId: string): Inputs {
  return {
    filesUpsert: {
      caseId,
      files: [
        {
          filename: `${file}-name`,
          category: `${file}-category`,
          mime: `${file}/mime`,
          checksum: `${file}-checksum`,
          storageKey: `${file}-key`,
          onedriveFileId: `${file}-onedrive`,
          onedriveWebUrl: `${file}-url`,
        },
      ],
    },
    imagesUpsert: {
      caseId,
      images: [
        {
          filename: `${file}-image`,
          category: `${file}-image-category`,
          originalKey: `${file}-original`,
          processedKey: `${file}-processed`,
          damageCenterCode: `${file}-centre`,
          recognizedPart: `${file}-part`,
          recognizedDamage: `${file}-damage`,
          onedriveFileId: `${file}-image-onedrive`,
          onedriveWebUrl: `${file}-image-url`,
          meta: { canary_file: `${file}-meta` },
        },
      ],
    },
    reportsUpsert: {
      caseId,
      reports: [
        {
          reportType: 'FINAL_REPORT',
          variant: 'PRIVATE',
          title: `${file}-title`,
          storageKey: `${file}-report`,
          onedriveFileId: `${file}-report-onedrive`,
          onedriveWebUrl: `${file}-report-url`,
          metadata: { canary_file: `${file}-metadata` },
        },
      ],
    },
    onedriveSyncUpsert: {
      caseId,
      syncs: [
        {
          fileType: 'REPORT',
          supabasePath: `${file}-path`,
          onedrivePath: `${file}-onedrive-path`,
          onedriveItemId: `${file}-item`,
          errorDetails: { canary_file: `${file}-error` },
        },
      ],
    },
    remindersUpsert: {
      caseId,
      reminders: [
        {
          title: `${office}-title`,
          dueAt: '2030-05-01T06:00:00Z',
          notes: `${office}-notes`,
          category: `${office}-category`,
          assignedTo: userId,
        },
      ],
    },
    helperSyncLogAdd: {
      caseId,
      entries: [
        {
          syncDirection: 'TO_SUPABASE',
          syncStatus: 'FAILED',
          sectionsSynced: [`${office}-section`],
          errorDetails: { canary_office: `${office}-sync-error` },
        },
      ],
    },
  };
}

/** Likewise, of what belongs to no case. */
const INPUTS_OF_ORG: Inputs = {
  systemLogsAdd: {
    logs: [
      {
        logLevel: 'ERROR',
        component: `${office}-component`,
        message: `${office}-message`,
        context: { canary_office: `${office}-context` },
      },
    ],
  },
  devTestCasesUpsert: {
    testCases: [
      {
        testName: `${office}-test`,
        testData: { canary_office: `${office}-data` },
        expectedResult: `${office}-expected`,
        actualResult: `${office}-actual`,
      },
    ],
  },
  featureFlagsSet: {
    flags: [
      { name: `${office}-flag`, value: { canary_office: `${office}-value` }, description: `${office}-described` },
    ],
  },
};

/** Arguments for each query field of these. */
export const OFFICE_QUERIES: Record<string, (names: { userId: string }) => string[]> = {
  onedriveSyncs: () => [''],
  reminders: ({ userId }) => ['', `(filter: { assignedTo: "${userId}" })`],
  helperSyncLog: () => [''],
  systemLogs: () => [''],
  devTestCases: () => [''],
  featureFlags: () => [''],
};

export const OFFICE_MUTATIONS = Object.keys(inputsOf('', ''));

/** Some of the words: what a member finds, and no stranger. */
export const PLANTED_OFFICE = [
  `${file}-name`,
  `${file}-meta`,
  `${file}-metadata`,
  `${file}-error`,
  `${office}-notes`,
  `${office}-section`,
  `${office}-context`,
  `${office}-expected`,
  `${office}-value`,
];

export function officeCall(mutation: string, caseId: string, userId: string) {
  return { query: documentOf(mutation), input: inputsOf(caseId, userId)[mutation]! };
}

export async function plantOffice(admin: TestClient, caseId: string, userId: string): Promise<void> {
  for (const [mutation, input] of Object.entries({ ...inputsOf(caseId, userId), ...INPUTS_OF_ORG })) {
    const answer = await admin.data(documentOf(mutation), { input });
    expect(answer[mutation], mutation).toMatchObject({ ok: true, userErrors: [] });
  }
}

function documentOf(mutation: string): string {
  const input = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  return `mutation ($input: ${input}!) { ${mutation}(input: $input) { ok outcome userErrors { code message field } } }`;
}
