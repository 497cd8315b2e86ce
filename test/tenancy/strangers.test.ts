import { expect, inject } from 'vitest';
import { encodeGlobalId } from '../../src/schema/ids.ts';
import { openCase, SAVE, sampleHelper, UPSERT } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { unlimitedTest as test, type World } from '../support/fixtures.ts';
import { comparable, queryFields, selectionsOf, Transcript } from './crawl.ts';
import { INVOICE_CALLS, PLANTED_INVOICES } from './foreign-invoices.ts';
import { type Names, NOWHERE, namesOf } from './foreign-names.ts';
import { OFFICE_MUTATIONS, OFFICE_QUERIES, officeCall, PLANTED_OFFICE } from './foreign-office.ts';
import { createForeignOrg, emptyColumns, FOREIGN_PLATE } from './foreign-org.ts';
import { PLANTED_PARTS, partsInput } from './foreign-parts.ts';

/** Arguments for each query field; a field that is not listed fails the test. */
const QUERIES: Record<string, (names: Names) => string[]> = {
  viewer: () => [''],
  node: (n) => [`(id: "${encodeGlobalId('Case', n.caseId)}")`, `(id: "${n.helperId}")`],
  nodes: (n) => [`(ids: ["${encodeGlobalId('Case', n.caseId)}", "${n.helperId}"])`],
  case: (n) => [`(id: "${n.caseId}")`, `(plate: "${n.plate}")`],
  cases: (n) => [
    '',
    `(filter: { plate: "${n.plate}" })`,
    `(filter: { search: "${n.word}" })`,
    `(filter: { assignedTo: "${n.userId}" })`,
    `(filter: { helper: [{ pointer: "/client/name", equals: "${n.word}" }] })`,
  ],
  caseHelperGetCurrent: (n) => [`(caseId: "${n.caseId}")`, `(plate: "${n.plate}")`],
  caseHelperDiff: (n) => [`(caseId: "${n.caseId}", fromVersion: 0, toVersion: 1)`],
  caseHelperBlame: (n) => [`(caseId: "${n.caseId}", pointers: ["/client/name", "/nowhere"])`],
  caseCounts: (n) => [
    '(groupBy: INSURER)',
    `(groupBy: ASSIGNEE, filter: { groups: [{ groupBy: ASSIGNEE, key: "${n.userId}" }] })`,
  ],
  officeCounts: () => [''],
  systemHealth: () => [''],
  kbSearch: (n) => [`(query: "${n.word}")`, `(query: "\\"${n.word}\\"")`, `(query: "-x", tags: ["${n.word}"])`],
  org: () => [''],
  members: () => [''],
  invitations: () => [''],
  apiKeys: () => [''],
  ...OFFICE_QUERIES,
  invoices: (n) => ['', `(filter: { caseId: "${n.caseId}" })`, '(filter: { supplierName: "canary-invoice-tax" })'],
  feedPage: (n) => ['', `(caseId: "${n.caseId}")`, `(after: "${n.cursor}")`],
};

/** Input for each mutation that names something. */
const MUTATIONS: Record<string, (names: Names) => { query: string; input: Record<string, unknown> }> = {
  caseHelperSaveFull: (n) => ({ query: SAVE, input: { caseId: n.caseId, expectedVersion: 1, helper: { a: 1 } } }),
  'caseHelperSaveFull with FORCE': (n) => ({
    query: SAVE,
    input: { caseId: n.caseId, onConflict: 'FORCE', helper: { a: 1 } },
  }),
  'caseUpsert by id': (n) => ({ query: UPSERT, input: { caseId: n.caseId, ownerName: 'mine now' } }),
  'caseUpsert assigning': (n) => ({ query: UPSERT, input: { plate: '1122334', assignedTo: n.userId } }),
  caseHelperPatch: (n) => ({
    query: documentOf('CaseHelperPatch'),
    input: { caseId: n.caseId, patch: [{ op: 'test', path: '/client/name', value: 'canary-client' }] },
  }),
  caseHelperIngest: (n) => ({
    query: documentOf('CaseHelperIngest'),
    input: { caseId: n.caseId, pointer: '/vehicle', data: { km: 1 } },
  }),
  'caseHelperIngest by plate': (n) => ({
    query: documentOf('CaseHelperIngest'),
    input: { plate: n.plate, pointer: '/client/name', data: 'canary-client' },
  }),
  caseHelperRestoreLatest: (n) => ({
    query: documentOf('CaseHelperRestoreLatest'),
    input: { caseId: n.caseId, version: 1 },
  }),
  apiKeyUpdate: (n) => ({ query: documentOf('ApiKeyUpdate'), input: { id: n.apiKeyId, name: 'mine now' } }),
  apiKeyRevoke: (n) => ({ query: documentOf('ApiKeyRevoke'), input: { id: n.apiKeyId } }),
  invitationRevoke: (n) => ({ query: documentOf('InvitationRevoke'), input: { id: n.invitationId } }),
  memberUpdate: (n) => ({ query: documentOf('MemberUpdate'), input: { id: n.memberId, role: 'ASSISTANT' } }),
  'memberUpdate by user': (n) => ({
    query: documentOf('MemberUpdate'),
    input: { userId: n.userId, role: 'ASSISTANT' },
  }),
  memberRemove: (n) => ({ query: documentOf('MemberRemove'), input: { userId: n.userId } }),
  caseShare: (n) => ({ query: documentOf('CaseShare'), input: { caseId: n.caseId, userId: n.userId } }),
  caseUnshare: (n) => ({ query: documentOf('CaseUnshare'), input: { caseId: n.caseId, userId: n.userId } }),
  caseHelperDraftSave: (n) => ({
    query: documentOf('CaseHelperDraftSave'),
    input: { caseId: n.caseId, baseVersion: 0, helper: {} },
  }),
  partsResultsBulkUpsert: (n) => ({
    query: documentOf('PartsResultsBulkUpsert'),
    input: partsInput('partsResultsBulkUpsert', n.caseId),
  }),
  partsRequiredBulkUpsert: (n) => ({
    query: documentOf('PartsRequiredBulkUpsert'),
    input: partsInput('partsRequiredBulkUpsert', n.caseId),
  }),
  selectedPartsBulkUpsert: (n) => ({
    query: documentOf('SelectedPartsBulkUpsert'),
    input: partsInput('selectedPartsBulkUpsert', n.caseId),
  }),
  vehicleDetailsUpsert: (n) => ({
    query: documentOf('VehicleDetailsUpsert'),
    input: partsInput('vehicleDetailsUpsert', n.caseId),
  }),
  leviReportsUpsert: (n) => ({
    query: documentOf('LeviReportsUpsert'),
    input: partsInput('leviReportsUpsert', n.caseId),
  }),
  caseHelperDraftDiscard: (n) => ({ query: documentOf('CaseHelperDraftDiscard'), input: { caseId: n.caseId } }),
  ...INVOICE_CALLS,
  ...Object.fromEntries(OFFICE_MUTATIONS.map((name) => [name, (n: Names) => officeCall(name, n.caseId, n.userId)])),
};

test('no stranger is answered anything of another organisation, whatever is asked and selected', async ({
  world,
  task,
}) => {
  const foreign = await createForeignOrg(world);
  const { ownOrgId, strangers } = await createStrangers(world);
  expect(queryFields().sort()).toEqual(Object.keys(QUERIES).sort());
  // Entries are staged within a transaction and gone when it ends.
  expect((await emptyColumns(world.db, foreign.org.id)).filter((name) => !name.startsWith('feed.pending.'))).toEqual(
    [],
  );
  const secrets = await foreign.secrets(ownOrgId);
  for (const planted of [
    'canary-owner',
    'canary_key',
    'canary-helper-value',
    'canary-draft-value',
    'canary-label',
    ...PLANTED_PARTS,
    ...PLANTED_OFFICE,
    ...PLANTED_INVOICES,
    'canary-kb-source',
    'canary-invitation-note',
    'canary-key-name',
    'canary.operation',
    FOREIGN_PLATE,
  ])
    expect(secrets).toContain(planted);

  let [questions, canaries] = [0, 0];
  for (const [name, stranger] of Object.entries(strangers)) {
    const transcript = new Transcript();
    await crawl(transcript, stranger, namesOf(foreign), inject('audit') ? 4 : 2);
    const found = secrets.filter((secret) => transcript.text.includes(secret));
    expect(found, `answered to ${name}`).toEqual([]);
    questions += transcript.size;
    canaries += found.length;
  }
  task.meta.audit = { questions, canaries };
  if (!inject('audit')) return;
  // The crawl finds what there is to find: to a member the same questions answer the secrets.
  const own = new Transcript();
  await crawl(own, foreign.admin, namesOf(foreign), 4);
  for (const word of [
    'canary-owner',
    'canary-helper-value',
    'canary-draft-value',
    'canary-label',
    'canary-note',
    'canary-org-name',
    ...PLANTED_PARTS,
    ...PLANTED_OFFICE,
    'canary-kb-source',
    'canary-invitation-note',
    'canary-key-name',
    'canary.operation',
    'canary-ingest',
    'canary-profile-name',
  ])
    expect(own.text).toContain(word);
});

test('what is foreign answers exactly like what does not exist', async ({ world }) => {
  const foreign = await createForeignOrg(world);
  const { strangers } = await createStrangers(world);
  for (const [name, stranger] of Object.entries(strangers)) {
    for (const field of queryFields()) {
      const here = QUERIES[field]!(namesOf(foreign));
      for (const [index, nowhere] of QUERIES[field]!(NOWHERE).entries()) {
        for (const selection of selectionsOf(field, inject('audit') ? 2 : 1)) {
          const document = (args: string) => `{ ${field}${args} ${selection} }`;
          const answers = [await stranger.send(document(here[index]!)), await stranger.send(document(nowhere))];
          expect(comparable(answers[0]!), `${field}${here[index]} to ${name}`).toEqual(comparable(answers[1]!));
        }
      }
    }
    for (const [title, callOf] of Object.entries(MUTATIONS)) {
      const [here, nowhere] = [callOf(namesOf(foreign)), callOf(NOWHERE)];
      const answer = await stranger.send(here.query, { input: here.input });
      const other = await stranger.send(nowhere.query, { input: nowhere.input });
      expect(comparable(answer), `${title} to ${name}`).toEqual(comparable(other));
      if (answer.data) expect(Object.values(answer.data as Record<string, { ok: boolean }>)[0]!.ok).toBe(false);
    }
  }
  expect(
    await world.db.query('select owner_name, version from public.cases where plate = $1', [FOREIGN_PLATE]),
  ).toEqual([{ owner_name: 'canary-owner', version: 1 }]);
});

test('naming a foreign organisation in X-Org-Id answers like naming one that is not there', async ({ world }) => {
  const foreign = await createForeignOrg(world);
  const { strangers } = await createStrangers(world);
  for (const [name, stranger] of Object.entries(strangers))
    for (const query of [
      '{ viewer { role orgId orgName permissions } }',
      '{ cases { totalCount } }',
      '{ feedPage { cursor } }',
    ]) {
      const [here, nowhere] = await Promise.all(
        [foreign.org.id, NOWHERE.orgId].map((orgId) => stranger.send(query, {}, { 'x-org-id': orgId })),
      );
      expect(comparable(here!), `${query} to ${name}`).toEqual(comparable(nowhere!));
      if (!query.includes('viewer')) expect(here!.errors).toHaveLength(1);
      else expect(here!.data.viewer?.orgId ?? null).toBeNull();
    }
});

async function crawl(transcript: Transcript, client: TestClient, names: Names, depth: number): Promise<void> {
  for (const field of queryFields())
    for (const args of QUERIES[field]!(names))
      for (const selection of selectionsOf(field, depth)) {
        const answer = await transcript.ask(client, `{ ${field}${args} ${selection} }`);
        for (const error of answer.errors ?? []) {
          expect(error.extensions.code, error.message).not.toBe('INTERNAL');
          // Without a path it is the document that is refused, and nothing was asked.
          if (client.token) expect(error.path, error.message).toBeDefined();
        }
      }
  for (const callOf of Object.values(MUTATIONS)) {
    const { query, input } = callOf(names);
    // A member's own crawl only asks: what it could write would be gone for the questions after it.
    if (names.orgId !== (await orgOf(client))) await transcript.ask(client, query, { input });
  }
}

async function orgOf(client: TestClient): Promise<string | null> {
  return (await client.send('{ viewer { orgId } }')).data?.viewer?.orgId ?? null;
}

async function createStrangers(world: World): Promise<{ ownOrgId: string; strangers: Record<string, TestClient> }> {
  const own = await world.org({ name: 'own office' });
  const admin = await own.member('admin');
  await openCase(admin, { helper: sampleHelper(), plate: '90012345' });
  const few = { 'an assessor': await own.member('assessor'), 'a key': await own.apiKey() };
  if (!inject('audit')) return { ownOrgId: own.id, strangers: few };
  const strangers = {
    'an admin': admin,
    'an assessor': await own.member('assessor'),
    'an assistant': await own.member('assistant'),
    'a key': await own.apiKey(['org.read', 'case.read', 'case.create', 'case.write', 'case.share', 'draft.write']),
    'a user without organisation': await world.user(),
    nobody: world.anonymous(),
  };
  return { ownOrgId: own.id, strangers };
}

function documentOf(mutation: string): string {
  const field = mutation[0]!.toLowerCase() + mutation.slice(1);
  return `mutation ($input: ${mutation}Input!) { ${field}(input: $input) { ok outcome userErrors { code message field } } }`;
}
