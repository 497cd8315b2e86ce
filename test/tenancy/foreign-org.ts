import { printSchema } from 'graphql';
import { expect } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { openCase, sampleHelper, save } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import type { Member, Org, World } from '../support/fixtures.ts';
import { nodeTypes } from './crawl.ts';
import { plantInvoices } from './foreign-invoices.ts';
import { plantOffice } from './foreign-office.ts';
import { plantParts } from './foreign-parts.ts';

export const FOREIGN_PLATE = '77755533';

/** An organisation with a row in every table and a word of its own in every column that takes one. */
export interface ForeignOrg {
  readonly org: Org;
  readonly admin: Member;
  readonly case: { readonly id: string; readonly databaseId: string };
  readonly helperId: string;
  /** A position in its feed. */
  readonly cursor: string;
  readonly memberId: string;
  readonly invitationId: string;
  readonly apiKeyId: string;
  readonly invoiceId: string;
  /** Words, ids and hashes that nobody outside may ever be answered. */
  secrets(ownOrgId: string): Promise<string[]>;
}

export async function createForeignOrg(world: World): Promise<ForeignOrg> {
  const { db } = world;
  const org = await world.org({ name: 'canary-org-name' });
  const admin = await org.member('admin', { email: 'canary-admin@example.com' });
  const assessor = await org.member('assessor', { email: 'canary-assessor@example.com' });
  await db.query("update public.profiles set name = 'canary-profile-name', org_id = $1 where user_id = $2", [
    org.id,
    admin.userId,
  ]);
  await db.query(
    "update public.orgs set time_zone = 'Pacific/Chatham', ingest_pointers = array['/canary-ingest'] where id = $1",
    [org.id],
  );
  await db.query("insert into public.counters (org_id, name, value) values ($1, 'canary-counter', 1)", [org.id]);
  const { id: apiKeyId } = await org.apiKey(['org.read', 'case.read', 'canary.permission']);
  await db.query(
    `update public.api_keys set name = 'canary-key-name', prefix = 'canary-prefix', operations = array['canary.operation'],
       writable_pointers = array['/canary-writable'] where org_id = $1`,
    [org.id],
  );
  const [invitation] = await db.query<{ id: string }>(
    `insert into public.org_invitations (org_id, role, note, code_hash) values ($1, 'assessor', 'canary-invitation-note', sha256('canary')) returning id`,
    [org.id],
  );
  const [member] = await db.query<{ id: string }>('select id from public.user_orgs where user_id = $1', [admin.userId]);
  const opened = await openCase(admin, {
    plate: FOREIGN_PLATE,
    ownerName: 'canary-owner',
    filingId: 'canary-filing',
    inspectionLocation: 'canary-location',
    assignedTo: assessor.userId,
  });
  const saved = await save(admin, {
    caseId: opened.id,
    expectedVersion: 0,
    idempotencyKey: 'canary-idempotency-key',
    label: 'canary-label',
    note: 'canary-note',
    helper: helperWithCanaries(),
  });
  expect(saved.outcome).toBe('CREATED');
  await addKnowledge(admin);
  await plantParts(admin, opened.databaseId);
  const invoiceId = await plantInvoices(admin, opened.databaseId);
  await plantOffice(admin, opened.databaseId, assessor.userId);
  await shareAndDraft(admin, db, org.id, opened.databaseId, assessor.userId);
  return {
    org,
    admin,
    case: opened,
    helperId: saved.helper.id,
    cursor: saved.cursor,
    memberId: member!.id,
    invitationId: invitation!.id,
    apiKeyId,
    invoiceId,
    secrets: async (ownOrgId) => {
      const [foreign, own] = [await wordsOf(db, org.id), await wordsOf(db, ownOrgId)];
      const spoken = printSchema(schema);
      // What the API says of itself, as REJECT, is no secret, nor are names of tables: helpers have some as keys.
      const tables = await db.query<{ name: string }>("select relname as name from pg_class where relkind = 'r'");
      const open = new Set([...own, ...tables.map(({ name }) => name)]);
      return [...foreign].filter((word) => !open.has(word) && !spoken.includes(word));
    },
  };
}

function helperWithCanaries() {
  const helper = sampleHelper();
  const { plate: _, ...rest } = helper;
  return JSON.parse(
    JSON.stringify({ ...rest, canary_key: ['canary-helper-value'], client: { name: 'canary-client' } }).replaceAll(
      /9001-?2345|900-12-345|90012345/g,
      FOREIGN_PLATE,
    ),
  );
}

async function addKnowledge(admin: TestClient) {
  const added = await admin.data('mutation ($input: KbAddInput!) { kbAdd(input: $input) { ok } }', {
    input: {
      title: 'canary-kb-title',
      body: 'canary-client canary-kb-body',
      source: 'canary-kb-source',
      tags: ['canary-client', 'canary-kb-tag'],
    },
  });
  expect(added.kbAdd.ok).toBe(true);
}

async function shareAndDraft(admin: TestClient, db: TestDatabase, orgId: string, caseId: string, userId: string) {
  await db.query('insert into public.case_collaborators (org_id, case_id, user_id) values ($1, $2, $3)', [
    orgId,
    caseId,
    userId,
  ]);
  const draft = await admin.data(
    'mutation ($input: CaseHelperDraftSaveInput!) { caseHelperDraftSave(input: $input) { ok } }',
    { input: { caseId, baseVersion: 1, helper: { canary_draft: 'canary-draft-value' } } },
  );
  expect(draft.caseHelperDraftSave.ok).toBe(true);
}

/** Every word of 6 characters or more in the rows of an organisation, and their ids also as the API spells them. */
async function wordsOf(db: TestDatabase, orgId: string): Promise<Set<string>> {
  const tables = await db.query<{ name: string; has_org: boolean }>(
    `select c.oid::regclass::text as name, exists (
        select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id') as has_org
     from pg_class c where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'feed'::regnamespace, 'gateway'::regnamespace)`,
  );
  const words = new Set<string>();
  for (const { name, has_org } of tables) {
    const where = name === 'orgs' ? 'id = $1' : has_org ? 'org_id = $1' : 'false and $1::uuid is null';
    for (const { row } of await db.query<{ row: unknown }>(`select to_jsonb(t) as row from ${name} t where ${where}`, [
      orgId,
    ]))
      collectWords(row, words);
  }
  for (const word of [...words])
    if (/^[0-9a-f-]{36}$/.test(word))
      for (const type of nodeTypes()) words.add(Buffer.from(`${type}:${word}`).toString('base64url'));
  return words;
}

function collectWords(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') {
    if (value.length >= 6) into.add(value);
    const actor = /^[A-Z_]+:(.+)$/.exec(value);
    if (actor) into.add(actor[1]!);
  } else if (Array.isArray(value)) for (const item of value) collectWords(item, into);
  else if (value && typeof value === 'object')
    for (const [key, item] of Object.entries(value)) {
      if (key.startsWith('canary')) into.add(key);
      collectWords(item, into);
    }
}

/** Columns of texts and documents that hold nothing in any row of the organisation: a crawl could not find them leaking. */
export async function emptyColumns(db: TestDatabase, orgId: string): Promise<string[]> {
  const columns = await db.query<{ name: string; column: string; key: string }>(
    `select c.oid::regclass::text as name, a.attname as column, case c.relname when 'orgs' then 'id' else 'org_id' end as key
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and a.atttypid::regtype::text in ('text', 'text[]', 'jsonb')
     where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'feed'::regnamespace, 'gateway'::regnamespace)
       and (c.relname = 'orgs' or exists (select from pg_attribute o where o.attrelid = c.oid and o.attname = 'org_id'))`,
  );
  const empty: string[] = [];
  for (const { name, column, key } of columns) {
    const rows = await db.query(`select from ${name} where ${key} = $1 and ${column} is not null limit 1`, [orgId]);
    if (rows.length === 0) empty.push(`${name}.${column}`);
  }
  return empty.sort();
}
