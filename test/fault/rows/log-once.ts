import { setTimeout as pause } from 'node:timers/promises';
import { send } from '../load/graphql-call.ts';
import type { RowRun } from '../row-run.ts';

const ADD = /* GraphQL */ `
  mutation Add($input: SystemLogsAddInput!) {
    systemLogsAdd(input: $input) { ok userErrors { code } idempotency { replayed } }
  }
`;
const ATTEMPTS = 20;
const BACKOFF_MS = 300;

/**
 * Adds a line to an organisation's log under a key, which is its text too: nothing but the key keeps it from being added
 * twice. Answers whether it had been added before.
 */
export async function logOnce(run: RowRun, key: string): Promise<boolean> {
  const { token } = run.offices[0]!.admins[0]!;
  const logs = [{ logLevel: 'INFO', component: 'FAULT', message: key }];
  const body = JSON.stringify({ query: ADD, variables: { input: { logs, idempotencyKey: key } } });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const sent = await send(run.system.urls[attempt % 2]!, token, body);
    if (sent.kind === 'answered' && sent.data.systemLogsAdd.ok) return sent.data.systemLogsAdd.idempotency.replayed;
    if (sent.kind === 'refused') throw new Error(`A line of the log was refused: ${sent.code}.`);
    await pause(BACKOFF_MS);
  }
  throw new Error('A line of the log could not be written.');
}
