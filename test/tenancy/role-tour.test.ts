import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { rest } from '../support/rest.ts';

interface Place {
  /** A case of the organisation, one of another, and somebody else's key. */
  readonly caseId: string;
  readonly foreignId: string;
  readonly keyId: string;
}

/** What is tried, over HTTP and through the gateway by turns. */
const TRIES: Record<string, (client: TestClient, place: Place) => Promise<string>> = {
  'reads a case': (client, { caseId }) => graphql(client, `{ case(id: "${caseId}") { id } }`),
  'reads a foreign case': (client, { foreignId }) => graphql(client, `{ case(id: "${foreignId}") { id } }`),
  'GET …/helper': (client, { caseId }) => gateway(client, 'GET', `/case/${caseId}/helper`),
  'GET foreign …/helper': (client, { foreignId }) => gateway(client, 'GET', `/case/${foreignId}/helper`),
  'GET /gateway/cases.list': (client) => gateway(client, 'GET', '/gateway/cases.list'),
  'saves a helper': (client, { caseId }) =>
    gateway(client, 'POST', '/gateway/case_helper.save_full', { caseId, onConflict: 'FORCE', helper: { n: 1 } }),
  'saves a foreign helper': (client, { foreignId }) =>
    gateway(client, 'POST', '/gateway/case_helper.save_full', {
      caseId: foreignId,
      onConflict: 'FORCE',
      helper: { n: 1 },
    }),
  'invites a member': (client) =>
    graphql(client, 'mutation { memberInvite(input: { role: ASSESSOR }) { ok userErrors { code } } }'),
  'makes a key': (client) => gateway(client, 'POST', '/gateway/api_key.create', { name: 'mine' }),
  'revokes a key': (client, { keyId }) => gateway(client, 'POST', '/gateway/api_key.revoke', { id: keyId }),
  'sets the time zone': (client) =>
    graphql(client, 'mutation { orgUpdate(input: { timeZone: "UTC" }) { ok userErrors { code } } }'),
};

/**
 * What each is answered: ok, or the code of the refusal. The cases are open to the organisation; `other admin` is of the
 * foreign one, and revokes nothing here.
 */
const EXPECTED = `
  tried                     | nobody          | no organisation | assistant       | assessor        | developer       | admin           | other admin     | API key
  reads a case              | UNAUTHENTICATED | NOT_FOUND       | ok              | ok              | ok              | ok              | NOT_FOUND       | ok
  reads a foreign case      | UNAUTHENTICATED | NOT_FOUND       | NOT_FOUND       | NOT_FOUND       | NOT_FOUND       | NOT_FOUND       | ok              | NOT_FOUND
  GET …/helper              | UNAUTHENTICATED | NOT_FOUND       | ok              | ok              | ok              | ok              | NOT_FOUND       | ok
  GET foreign …/helper      | UNAUTHENTICATED | NOT_FOUND       | NOT_FOUND       | NOT_FOUND       | NOT_FOUND       | NOT_FOUND       | ok              | NOT_FOUND
  GET /gateway/cases.list   | UNAUTHENTICATED | FORBIDDEN       | ok              | ok              | ok              | ok              | ok              | ok
  saves a helper            | UNAUTHENTICATED | NOT_FOUND       | FORBIDDEN       | ok              | ok              | ok              | NOT_FOUND       | ok
  saves a foreign helper    | UNAUTHENTICATED | NOT_FOUND       | NOT_FOUND       | NOT_FOUND       | NOT_FOUND       | NOT_FOUND       | ok              | NOT_FOUND
  invites a member          | UNAUTHENTICATED | FORBIDDEN       | FORBIDDEN       | FORBIDDEN       | ok              | ok              | ok              | FORBIDDEN
  makes a key               | UNAUTHENTICATED | FORBIDDEN       | FORBIDDEN       | FORBIDDEN       | ok              | ok              | ok              | FORBIDDEN
  revokes a key             | UNAUTHENTICATED | FORBIDDEN       | FORBIDDEN       | FORBIDDEN       | ok              | ok              | NOT_FOUND       | FORBIDDEN
  sets the time zone        | UNAUTHENTICATED | FORBIDDEN       | FORBIDDEN       | FORBIDDEN       | ok              | ok              | ok              | FORBIDDEN
`;

test('each role may what the table says and nothing else', async ({ world, task }) => {
  const [org, other] = [await world.org({ access: 'OPEN' }), await world.org()];
  const opened = await openCase(await org.member('admin'), { helper: { a: 1 } });
  const foreign = await openCase(await other.member('admin'), { helper: { a: 1 } });
  const clients: Record<string, TestClient> = {
    nobody: world.anonymous(),
    'no organisation': await world.user(),
    assistant: await org.member('assistant'),
    assessor: await org.member('assessor'),
    developer: await org.member('developer'),
    admin: await org.member('admin'),
    'other admin': await other.member('admin'),
    'API key': await org.apiKey(),
  };
  const found: Record<string, string[]> = Object.fromEntries(Object.keys(TRIES).map((title) => [title, []]));
  for (const client of Object.values(clients)) {
    const place = {
      caseId: opened.databaseId,
      foreignId: foreign.databaseId,
      keyId: (await org.apiKey()).id,
    };
    for (const [title, attempt] of Object.entries(TRIES)) found[title]!.push(await attempt(client, place));
  }
  task.meta.audit = { tries: Object.keys(TRIES).length * Object.keys(clients).length };
  const rows = [['tried', ...Object.keys(clients)], ...Object.entries(found).map(([title, row]) => [title, ...row])];
  task.meta.tour = rows;
  expect(rows).toEqual(readTable(EXPECTED));
});

function readTable(text: string): string[][] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
}

async function graphql(client: TestClient, query: string): Promise<string> {
  const { data, errors } = await client.send(query);
  if (errors?.[0]) return errors[0].extensions.code;
  const [value] = Object.values(data) as { userErrors?: { code: string }[] }[];
  return value?.userErrors?.[0]?.code ?? 'ok';
}

async function gateway(client: TestClient, method: string, path: string, body?: unknown): Promise<string> {
  const answer = await rest(client, method, path, body);
  return answer.status < 300 ? 'ok' : answer.body.errors[0].code;
}
