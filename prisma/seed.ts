import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { Identity } from '../src/auth/identity.ts';
import type { Database } from '../src/db/database.ts';
import type { ScopeOwner } from '../src/db/scope.ts';
import type { JsonObject } from '../src/json/json-value.ts';
import { caseUpsert } from '../src/resolvers/cases/case-upsert.ts';
import { DEMO_ORG_NAME, type EnsuredMember, ensureMember } from '../src/resolvers/organisations/ensure-member.ts';

/** Who the demo's example is shown as. */
export const DEMO_EMAIL = 'demo@example.com';

const DEMO_PLATE = '90012345';

/** The demo's user. Its one case is opened only in a database that has none: what a user has done is never undone. */
export async function seedDemo(adminUrl: string, database: Database): Promise<EnsuredMember> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const member = await ensureMember(admin, { email: DEMO_EMAIL, orgName: DEMO_ORG_NAME, role: 'admin' });
    const { rows } = await admin.query<{ empty: boolean }>('select not exists (select from public.cases) as empty');
    if (rows[0]?.empty) await openDemoCase(database, member.userId);
    return member;
  } finally {
    await admin.end();
  }
}

async function openDemoCase(database: Database, userId: string): Promise<void> {
  const text = await readFile(new URL('./demo/helper.sample.json', import.meta.url), 'utf8');
  const caller = { owner: ownerOf(userId), database, idempotencyKey: null };
  await caseUpsert(caller, {
    plate: DEMO_PLATE,
    ownerName: 'ישראלה ישראלי',
    status: 'IN_PROGRESS',
    inspectionLocation: 'מוסך',
    helper: JSON.parse(text) as JsonObject,
    source: 'SYSTEM',
  });
}

/** The demo's case as it is now, for the examples of GraphiQL; null once there is none. */
export async function loadDemoCase(
  database: Database,
  userId: string,
): Promise<{ caseId: string; version: number; helper: JsonObject } | null> {
  const rows = await database.read(ownerOf(userId), (scope) =>
    scope.sql<{ caseId: string; version: number; body: string }>(
      `select k.id as "caseId", k.version, h.helper_json::text as body from public.cases k
       join public.case_helper h on h.org_id = k.org_id and h.case_id = k.id and h.is_current
       where k.org_id = $1 order by k.plate <> '${DEMO_PLATE}', k.created_at limit 1`,
      [scope.orgIdOrNull],
    ),
  );
  const found = rows[0];
  return found ? { caseId: found.caseId, version: found.version, helper: JSON.parse(found.body) as JsonObject } : null;
}

function ownerOf(userId: string): ScopeOwner {
  const identity: Identity = { kind: 'USER', userId, expiresAt: null };
  return { identity, requestId: 'demo', requestedOrg: null };
}
