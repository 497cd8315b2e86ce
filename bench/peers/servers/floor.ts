// node:http and pg, a statement a path: what is left when there is no GraphQL, no typing and no framework.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { claimsOf, IdentifiedPool, settings } from '../identified-pool.ts';
import {
  caseStatement,
  helperStatement,
  linesStatement,
  listStatement,
  saveStatement,
  treeStatement,
} from '../statements.ts';

const pool = new IdentifiedPool();

/** The input of all operations; each takes what it needs. */
interface Input {
  readonly caseId: string;
  readonly after: string | null;
  readonly expectedVersion: number;
  readonly idempotencyKey: string;
  readonly helper: unknown;
  readonly invoiceId: string;
  readonly lines: unknown;
}

const routes: Record<string, (claims: string, input: Input) => Promise<string>> = {
  '/helper': async (claims, { caseId }) => {
    const [row] = await pool.run<{ version: number; body: string }>(claims, 'read only', helperStatement(caseId));
    return row ? `{"version":${row.version},"helper":${row.body}}` : 'null';
  },
  '/case4': async (claims, { caseId }) =>
    JSON.stringify((await pool.run(claims, 'read only', caseStatement(caseId)))[0] ?? null),
  '/list50': (claims, { after }) => page(claims, listStatement(after)),
  '/tree20': (claims, { after }) => page(claims, treeStatement(after)),
  '/save': async (claims, input) => {
    const statement = saveStatement({ ...input, helper: JSON.stringify(input.helper) });
    return JSON.stringify((await pool.run(claims, 'read write', statement))[0]);
  },
  '/lines100': async (claims, { invoiceId, lines }) => {
    const statement = linesStatement(invoiceId, JSON.stringify(lines));
    return JSON.stringify((await pool.run(claims, 'read write', statement))[0]);
  },
};

async function page(claims: string, statement: ReturnType<typeof listStatement>): Promise<string> {
  const [row] = await pool.run<{ cases: string; hasNextPage: boolean; endCursor: string }>(
    claims,
    'read only',
    statement,
  );
  const { cases, ...rest } = row!;
  return `{"cases":${cases ?? '[]'},${JSON.stringify(rest).slice(1)}`;
}

createServer((request, response) => void answer(request, response)).listen(settings.port, '127.0.0.1');

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  let text: string;
  let status = 200;
  try {
    const route = routes[request.url ?? ''];
    if (!route) throw new Error('There is no such operation.');
    const input = JSON.parse(Buffer.concat(chunks).toString()) as Input;
    text = await route(claimsOf(request.headers.authorization), input);
  } catch (error) {
    status = 400;
    text = JSON.stringify({ error: (error as Error).message });
  }
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
