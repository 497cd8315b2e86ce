import pg from 'pg';
import type { TestDatabase } from '../support/database.ts';
import type { Plant } from './load.ts';
import type { Told } from './recording.ts';
import { readAnswer, type SaveRequest, type Sender } from './writer.ts';

/** Is made to whatever is current. It claims its key before it comes to the case, so that others can pass it. */
const PATCH = /* GraphQL */ `
  mutation ($input: CaseHelperPatchInput!) {
    caseHelperPatch(input: $input) {
      outcome userErrors { code } idempotency { replayed } helper { version }
    }
  }
`;

/** Reads, changes and writes without asking whether somebody else has written since. */
export const sendWithoutComparing: Sender = async ({ client, input }) => {
  const { caseId, helper: mergePatch, idempotencyKey } = input;
  return readAnswer((await client.data(PATCH, { input: { caseId, mergePatch, idempotencyKey } })).caseHelperPatch);
};

type SendTwice = NonNullable<Plant['sendTwice']>;

/** Keeps the key first and writes afterwards, as two transactions; the process dies between them. The key answers the retry. */
export const keepsKeyThenWrites: SendTwice = async (request, between, db) => {
  const told = { outcome: 'UPDATED', version: request.seen.version + 1 };
  await inProcess(db, (process) => keepKey(process, request, told));
  await between();
  return { ...told, replayed: true, attempts: 2 };
};

/** Writes first and keeps the key afterwards. The retry finds no key, and writes again. */
export const writesThenKeepsKey: SendTwice = async (request, between, db) => {
  await inProcess(db, (process) => write(process, request));
  await between();
  const version = await inProcess(db, (process) => write(process, request));
  const told = { outcome: 'UPDATED', version };
  await inProcess(db, (process) => keepKey(process, request, told));
  return { ...told, replayed: false, attempts: 2 } satisfies Told;
};

/** A connection that is gone after its one transaction, like the process that held it. */
async function inProcess<T>(db: TestDatabase, work: (process: pg.Client) => Promise<T>): Promise<T> {
  const process = new pg.Client({ connectionString: db.adminUrl });
  await process.connect();
  try {
    return await work(process);
  } finally {
    await process.end();
  }
}

async function keepKey(process: pg.Client, { target, input }: SaveRequest, result: object): Promise<void> {
  await process.query(
    `insert into gateway.idempotency (org_id, principal, operation, key, fingerprint, result)
     values ($1, 'faulty', 'caseHelperSaveFull', $2, sha256($3::bytea), $4)`,
    [target.orgId, input.idempotencyKey, JSON.stringify(input), JSON.stringify(result)],
  );
}

async function write(process: pg.Client, { target, input }: SaveRequest): Promise<number> {
  const { rows } = await process.query<{ version: number }>(
    'insert into case_helper (case_id, helper_json) values ($1, $2) returning version',
    [target.caseId, JSON.stringify(input.helper)],
  );
  return rows[0]!.version;
}
