import { request } from 'node:http';
import { expect } from 'vitest';
import type { TestClient } from '../support/client.ts';
import { loggedTest } from '../support/logged-server.ts';
import { countRows } from '../support/row-counts.ts';

const FORM = `query=${encodeURIComponent('mutation { caseUpsert(input: { plate: "1234567" }) { ok } }')}`;
const WRITE = JSON.stringify({ query: 'mutation { caseUpsert(input: { plate: "1234567" }) { ok } }' });

loggedTest(
  'a host that is none was answered with 500, and parameters that are no JSON as a fault of ours',
  async ({ world, loggedText }) => {
    const admin = await (await world.org()).member('admin');
    for (const host of ['[::bad', 'a b', 'localhost:99999', '%00'])
      expect(await send(admin, 'GET', '/graphql?query=%7B__typename%7D', { host })).toMatchObject({
        status: 400,
        body: { errors: [{ extensions: { code: 'VALIDATION_FAILED', field: ['host'] } }] },
      });
    for (const name of ['variables', 'extensions']) {
      const { body } = await send(admin, 'GET', `/graphql?query=%7B__typename%7D&${name}=%7B`);
      expect(body.errors).toMatchObject([{ extensions: { code: 'VALIDATION_FAILED' } }]);
    }
    expect(loggedText()).not.toContain('"level":50');
  },
);

loggedTest(
  'a body that a form of another site could send was executed; now only JSON in UTF-8 is',
  async ({ db, world }) => {
    const admin = await (await world.org()).member('admin');
    const before = await countRows(db);
    const sent = [
      ['application/x-www-form-urlencoded', FORM],
      ['text/plain', WRITE],
      ['application/json; charset=utf-16', WRITE],
      ['application/json, text/plain', WRITE],
    ];
    for (const [type, body] of sent)
      expect(await send(admin, 'POST', '/graphql', { 'content-type': type! }, body), type).toMatchObject({
        status: 415,
        body: { errors: [{ extensions: { code: 'VALIDATION_FAILED', field: ['content-type'] } }] },
      });
    expect(await countRows(db)).toEqual(before);
    const written = await send(admin, 'POST', '/graphql', { 'content-type': 'application/json;charset=UTF-8' }, WRITE);
    expect(written.body.data.caseUpsert.ok).toBe(true);
  },
);

/** With headers that fetch would not send. */
function send(
  client: TestClient,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
): Promise<{ status: number; body: any }> {
  return new Promise((resolve, reject) => {
    const authorization = `Bearer ${client.token}`;
    const sent = request(client.url + path, { method, headers: { authorization, ...headers } }, async (response) => {
      const text = (await response.toArray()).join('');
      resolve({ status: response.statusCode!, body: JSON.parse(text) });
    });
    sent.once('error', reject).end(body);
  });
}
