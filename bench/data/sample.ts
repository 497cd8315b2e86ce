import pg from 'pg';
import { signToken } from '../../src/auth/jwt.ts';
import type { WriteTarget } from '../load/job.ts';
import { ORG_NAME, WRITE_CASES } from './load.ts';

const TOKEN_LIFETIME_S = 24 * 3600;

/** What the load asks for, read from the loaded database. */
export interface Sample {
  readonly tokens: readonly string[];
  /** Of the newest cases, which nobody writes to. */
  readonly caseIds: readonly string[];
  readonly targets: readonly WriteTarget[];
}

export async function readSample(url: string, jwtSecret: string, readCases: number): Promise<Sample> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const users = await client.query<{ userId: string }>(
      `select m.user_id as "userId" from public.user_orgs m join public.orgs o on o.id = m.org_id where o.name = $1 order by 1`,
      [ORG_NAME],
    );
    const newest = await client.query<{ id: string }>(
      `select k.id from public.cases k join public.orgs o on o.id = k.org_id where o.name = $1
       order by k.created_at desc, k.id desc limit $2`,
      [ORG_NAME, readCases],
    );
    const oldest = await client.query<WriteTarget>(
      `select k.org_id as "orgId", k.id as "caseId", k.version, h.helper_json::text as helper, i.id as "bulkInvoiceId"
       from (select k.* from public.cases k join public.orgs o on o.id = k.org_id where o.name = $1
             order by k.created_at, k.id limit $2) k
       join public.case_helper h on h.org_id = k.org_id and h.case_id = k.id and h.is_current
       join public.invoices i on i.org_id = k.org_id and i.case_id = k.id and i.invoice_number = 'BULK-' || k.plate`,
      [ORG_NAME, WRITE_CASES],
    );
    const tokens = users.rows.map(({ userId }) =>
      signToken(jwtSecret, { role: 'authenticated', userId }, TOKEN_LIFETIME_S),
    );
    return {
      tokens: await Promise.all(tokens),
      caseIds: newest.rows.map(({ id }) => id),
      targets: oldest.rows.map((row) => ({ ...row, helper: JSON.stringify(JSON.parse(row.helper)) })),
    };
  } finally {
    await client.end();
  }
}
