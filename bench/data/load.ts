import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { migrate } from '../../src/db/migrations/migrate.ts';
import { ensureMember } from '../../src/resolvers/organisations/ensure-member.ts';
import { BULK_LINES } from './bulk-lines.ts';
import { helperOfCase, helperOfSize, NOTE_MARK } from './helper-document.ts';
import type { Shape } from './shape.ts';

export const ORG_NAME = 'Bench office';
/** Users of the office; the load's connections take turns in their names. */
export const USERS = 16;
/** Cases that saves and bulk writes go to: the oldest, so that the newest, which are read, stay as they are. */
export const WRITE_CASES = 64;

const INVOICES_OF_CASE = 3;
const LINES_OF_INVOICE = 5;
/** Cases of an office whose rows nobody here may see, as a share of the first's. */
const FOREIGN_SHARE = 0.1;
const STATUSES = ['OPEN', 'IN_PROGRESS', 'AWAITING_PAYMENT', 'PAID', 'IN_COURT', 'CLOSED'];
const CASES_PER_STATEMENT = 100;
const BYTES_PER_STATEMENT = 2_000_000;

/**
 * Fills a migrated database by SQL, as any writer would: through the triggers, so that versions, hashes, search and the feed
 * are what they always are.
 */
export async function loadDatabase(url: string, shape: Shape, tell: (message: string) => void): Promise<void> {
  await migrate({ url });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(await readFile(new URL('./peers.sql', import.meta.url), 'utf8'));
    const own = await addOffice(client, ORG_NAME, USERS);
    const foreign = await addOffice(client, 'Another office', 2);
    await addCases(client, { ...own, plateFrom: 1_000_000, count: shape.cases }, shape.helperBytes, tell);
    const share = Math.ceil(shape.cases * FOREIGN_SHARE);
    await addCases(client, { ...foreign, plateFrom: 80_000_000, count: share }, 2_000, tell);
    await addBulkInvoices(client, own.orgId);
    await addVersions(client, own.orgId, shape.versions);
    await client.query('vacuum (analyze)');
  } finally {
    await client.end();
  }
}

interface Office {
  readonly orgId: string;
  readonly userIds: readonly string[];
}

async function addOffice(client: pg.Client, orgName: string, users: number): Promise<Office> {
  const userIds: string[] = [];
  let orgId = '';
  for (let index = 0; index < users; index++) {
    const email = `user-${index}@${orgName.replaceAll(' ', '-').toLowerCase()}.example.com`;
    const member = await ensureMember(client, { email, orgName, role: 'admin' });
    userIds.push(member.userId);
    orgId = member.orgId;
  }
  return { orgId, userIds };
}

async function addCases(
  client: pg.Client,
  office: Office & { plateFrom: number; count: number },
  helperBytes: number,
  tell: (message: string) => void,
): Promise<void> {
  const { orgId, userIds, plateFrom, count } = office;
  await client.query("select set_config('request.jwt.claims', $1, false)", [
    JSON.stringify({ role: 'authenticated', sub: userIds[0] }),
  ]);
  tell(`opening ${count} cases`);
  for (let from = 0; from < count; from += CASES_PER_STATEMENT) {
    const until = Math.min(from + CASES_PER_STATEMENT, count) - 1;
    const { rows } = await client.query<{ id: string }>(
      `insert into public.cases (org_id, plate, owner_name, status, inspection_location, assigned_to)
       select $1, ($2::int + n)::text, 'בעלים ' || n, ($5::text[])[1 + n % 6], 'מוסך ' || n % 40, ($6::uuid[])[1 + n % $7]
       from generate_series($3::int, $4::int) n returning id`,
      [orgId, plateFrom, from, until, STATUSES, userIds, userIds.length],
    );
    const caseIds = rows.map(({ id }) => id);
    await client.query(
      `insert into public.invoices (org_id, case_id, invoice_number, invoice_type, supplier_name, supplier_tax_id, status, total_amount)
       select k.org_id, k.id, k.plate || '-' || n, 'PARTS', 'ספק ' || n, '5' || n || k.plate, 'PENDING', 500 + n
       from public.cases k cross join generate_series(1, ${INVOICES_OF_CASE}) n where k.id = any ($1::uuid[]) order by k.created_at, k.id, n`,
      [caseIds],
    );
    await client.query(
      `insert into public.invoice_lines (org_id, case_id, invoice_id, line_number, description, item_category, quantity, unit_price, line_total)
       select i.org_id, i.case_id, i.id, n, 'פנס קדמי ' || n, 'PART', n, 99.5, 99.5 * n
       from public.invoices i cross join generate_series(1, ${LINES_OF_INVOICE}) n where i.case_id = any ($1::uuid[])`,
      [caseIds],
    );
    // Plans of triggers made for empty tables walk through whole organisations.
    if (from % (CASES_PER_STATEMENT * 10) === 0) await client.query('analyze');
  }
  await addHelpers(client, orgId, helperBytes, tell);
}

async function addHelpers(client: pg.Client, orgId: string, bytes: number, tell: (message: string) => void) {
  const { rows } = await client.query<{ id: string; plate: string; ownerName: string }>(
    'select id, plate, owner_name as "ownerName" from public.cases where org_id = $1 order by created_at, id',
    [orgId],
  );
  const helper = helperOfSize(bytes);
  const batchSize = Math.max(1, Math.floor(BYTES_PER_STATEMENT / bytes));
  for (let from = 0; from < rows.length; from += batchSize) {
    const batch = rows.slice(from, from + batchSize);
    const places = batch.map((_, index) => `($${2 * index + 1}::uuid, $${2 * index + 2}::jsonb, 'OPEN')`);
    const values = batch.flatMap((row, index) => [row.id, JSON.stringify(helperOfCase(helper, row, from + index))]);
    await client.query(
      `insert into public.case_helper (case_id, helper_json, trigger) values ${places.join(', ')}`,
      values,
    );
    if (from % (batchSize * 25) === 0) tell(`saving helpers: ${from} of ${rows.length}`);
  }
}

/** An invoice of 100 lines on each of the oldest cases. */
async function addBulkInvoices(client: pg.Client, orgId: string): Promise<void> {
  await client.query(
    `with made as (
       insert into public.invoices (org_id, case_id, invoice_number, invoice_type, supplier_name, status)
       select k.org_id, k.id, 'BULK-' || k.plate, 'PARTS', 'ספק מרכזי', 'PENDING'
       from public.cases k where k.org_id = $1 order by k.created_at, k.id limit ${WRITE_CASES}
       returning org_id, case_id, id)
     insert into public.invoice_lines (org_id, case_id, invoice_id, line_number, description, item_category, quantity, unit_price, line_total)
     select m.org_id, m.case_id, m.id, n, 'חלק ' || n, 'PART', 1, 10, 10 from made m cross join generate_series(1, ${BULK_LINES}) n`,
    [orgId],
  );
}

/** Gives the cases that are saved to so many versions each. */
async function addVersions(client: pg.Client, orgId: string, versions: number): Promise<void> {
  for (let version = 2; version <= versions; version++)
    await client.query(
      `insert into public.case_helper (case_id, helper_json, trigger)
       select h.case_id, jsonb_set(h.helper_json, '{manual_notes}', to_jsonb($2::text)), 'SAVE'
       from (select id, org_id from public.cases where org_id = $1 order by created_at, id limit ${WRITE_CASES}) k
       join public.case_helper h on h.org_id = k.org_id and h.case_id = k.id and h.is_current`,
      [orgId, `${NOTE_MARK} of version ${version}`],
    );
}
