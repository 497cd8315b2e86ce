import { request as httpRequest } from 'node:http';
import { describe, expect } from 'vitest';
import { listOperations } from '../../src/http/gateway/operations.ts';
import { schema } from '../../src/schema/index.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { type RestAnswer, rest } from '../support/rest.ts';
import { countRows } from '../support/row-counts.ts';

const UPSERT = '/gateway/case.upsert';

interface Bad {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly message: RegExp;
  readonly field?: readonly string[] | null;
}

const post = (title: string, body: unknown, status: number, message: RegExp, field?: readonly string[]): Bad => ({
  title,
  method: 'POST',
  path: UPSERT,
  body,
  status,
  message,
  ...(field ? { field } : {}),
});
const get = (title: string, path: string, message: RegExp, field: readonly string[]): Bad => ({
  title,
  method: 'GET',
  path: `/gateway/${path}`,
  status: 422,
  message,
  field,
});

const BAD: readonly Bad[] = [
  post('no JSON', '{"plate": ', 400, /^VALIDATION_FAILED: The body is not JSON/, ['body']),
  post('an empty body', '', 400, /^VALIDATION_FAILED: The body is empty/, ['body']),
  post('a list', [], 422, /^VALIDATION_FAILED: Expected .* to be an object/, ['input']),
  post('null', null, 422, /^VALIDATION_FAILED: /, ['input']),
  post('a text', '"plate"', 422, /^VALIDATION_FAILED: /, ['input']),
  post(
    'an unknown field',
    { plat: '1234567' },
    422,
    /There is no field "plat"\. There are: assignedTo, caseId,.* plate,/,
    ['input', 'plat'],
  ),
  post('__proto__', '{"__proto__": {"plate": "1"}}', 422, /There is no field "__proto__"/, ['input', '__proto__']),
  post('a number for a text', { plate: 1234567 }, 422, /String cannot represent/, ['input', 'plate']),
  post('a status there is not', { plate: '1234567', status: 'NEW' }, 422, /"NEW" does not exist in "CaseStatus"/, [
    'input',
    'status',
  ]),
  post('a plate that is none', { plate: 'x' }, 422, /^VALIDATION_FAILED: /, ['input', 'plate']),
  post('half a surrogate', '{"plate":"1234567","ownerName":"\\ud800"}', 422, /surrogate/, ['input', 'ownerName']),
  {
    ...post('a parameter on a write', { plate: '1234567' }, 422, /There is no parameter "plate"\. It takes none/, [
      'plate',
    ]),
    path: `${UPSERT}?plate=1`,
  },
  {
    ...post('another content type', 'plate=1', 415, /^VALIDATION_FAILED: .*application\/json/, ['content-type']),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  {
    ...post('another charset', '{}', 415, /UTF-8/, ['content-type']),
    headers: { 'content-type': 'application/json; charset=utf-16' },
  },
  {
    ...post('a compressed body', '{}', 415, /compression/, ['content-encoding']),
    headers: { 'content-encoding': 'gzip' },
  },
  { ...post('an organisation that is none', {}, 422, /X-Org-Id/, ['X-Org-Id']), headers: { 'x-org-id': 'mine' } },
  { ...post('a token that is none', {}, 401, /^UNAUTHENTICATED: /), headers: { authorization: 'Bearer x' } },
  {
    ...post('a short key', { plate: '1234567' }, 422, /idempotency key has 8 to 255/, ['input', 'idempotencyKey']),
    headers: { 'idempotency-key': 'short' },
  },
  { title: 'GET of a write', method: 'GET', path: UPSERT, status: 405, message: /Send this with POST, not with GET/ },
  {
    title: 'POST of a read',
    method: 'POST',
    path: '/gateway/cases.list',
    body: {},
    status: 405,
    message: /Send this with GET/,
  },
  { title: 'DELETE', method: 'DELETE', path: UPSERT, status: 405, message: /Send this with POST/ },
  {
    title: 'a name in other words',
    method: 'POST',
    path: '/gateway/caseHelperSaveFull',
    body: {},
    status: 404,
    message: /Did you mean case_helper\.save_full\?/,
  },
  {
    title: 'a verb there is not',
    method: 'POST',
    path: '/gateway/kb.insert',
    body: {},
    status: 404,
    message: /Did you mean .*kb\./,
  },
  {
    title: 'nothing like it',
    method: 'POST',
    path: '/gateway/%E0%A4%A',
    body: {},
    status: 404,
    message: /There is no operation/,
  },
  {
    title: 'a name of every object',
    method: 'POST',
    path: '/gateway/__proto__',
    body: {},
    status: 404,
    message: /There is no operation/,
  },
  get('an unknown parameter', 'case.get?plat=1', /There is no parameter "plat"\. There are: id, plate\./, ['plat']),
  get('a parameter twice', 'case.get?plate=1&plate=2', /takes one value/, ['plate']),
  get('text for a number', 'cases.list?first=ten', /Int cannot represent/, ['first']),
  get('a fraction', 'cases.list?first=1.5', /Int cannot represent/, ['first']),
  get('a filter that is no JSON', 'cases.list?filter=open', /is a JSON object/, ['filter']),
  get(
    'an unknown field of a filter',
    `cases.list?filter=${encodeURIComponent('{"stat":"OPEN"}')}`,
    /There is no field "stat"/,
    ['filter', 'stat'],
  ),
  get('a list that is no JSON', 'cases.list?orderBy=[', /not the JSON of a list/, ['orderBy']),
  get('a parameter that is needed', 'case_helper.diff?fromVersion=1&toVersion=2', /The parameter caseId is needed/, [
    'caseId',
  ]),
  get('too many rows', 'cases.list?first=10000', /^VALIDATION_FAILED: first must be/, ['first']),
  get('a cursor of nowhere', 'cases.list?after=x', /^INVALID_CURSOR: /, ['after']),
];

test('each is refused in the one form, saying what is wrong and where, and writes nothing', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const before = await countRows(world.db);
  for (const { title, method, path, body, headers, status, message, field } of BAD) {
    const answer = await rest(admin, method, path, body, headers);
    expect(answer.status, `${title}: ${answer.text}`).toBe(status);
    expect(answer.body, title).toMatchObject({ ok: false, message: expect.stringMatching(message) });
    expect(answer.body.errors[0].requestId, title).toBe(answer.headers.get('x-request-id'));
    if (field) expect(answer.body.errors[0].field, title).toEqual(field);
    if (status === 405) expect(answer.headers.get('allow'), title).toBeTruthy();
  }
  expect(await countRows(world.db)).toEqual(before);
});

test('all mistakes of a body are told at once, up to twenty', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const two = await rest(admin, 'POST', UPSERT, { plate: 1, ownerName: 2 });
  expect(two.body.errors.map(({ field }: { field: string[] }) => field[1]).sort()).toEqual(['ownerName', 'plate']);
  expect(two.body.message).toMatch(/\(and 1 more, see errors\)$/);
  const unknown = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field${index}`, index]));
  expect((await rest(admin, 'POST', UPSERT, unknown)).body.errors).toHaveLength(20);
});

describe('a body that is too large', () => {
  test('announced: 413', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const answer = await rest(admin, 'POST', UPSERT, { ownerName: 'x'.repeat(13 * 1024 * 1024) });
    expectTooLarge(answer);
  });

  test('in pieces of which nobody said how many: 413, and the server goes on', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    expectTooLarge(await sendPieces(admin, 14));
    expect((await rest(admin, 'GET', '/gateway/viewer.get')).status).toBe(200);
  });
});

test('a body that is not UTF-8 is refused instead of kept with marks for what was lost', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const response = await fetch(`${admin.url}${UPSERT}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${admin.token}` },
    body: Buffer.from('{"plate":"1234567","ownerName":"\xf9"}', 'latin1'),
  });
  expect(response.status).toBe(400);
  expect(((await response.json()) as { message: string }).message).toMatch(/not UTF-8/);
});

describe('parameters of reads', () => {
  test('empty ones are not sent, lists come repeated, with commas or as JSON, objects as JSON', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    await rest(admin, 'POST', UPSERT, { plate: '1234567', helper: { 'a,b': 1, c: 2 } });
    const found = await rest(admin, 'GET', '/gateway/case.get?plate=1234567&id=');
    expect(found.body.data.plate).toBe('1234567');
    const filter = encodeURIComponent(JSON.stringify({ status: ['OPEN'], isActive: true }));
    const order = encodeURIComponent(JSON.stringify({ field: 'PLATE', direction: 'ASC' }));
    const listed = await rest(admin, 'GET', `/gateway/cases.list?first=5&filter=${filter}&orderBy=${order}`);
    expect(listed.body.data.nodes).toHaveLength(1);
    const { id } = found.body.data;
    const read = async (query: string) => {
      const blamed = await rest(admin, 'GET', `/gateway/case_helper.blame?caseId=${id}&${query}`);
      expect(blamed.text).toContain('"ok":true');
      return blamed.body.data.map(({ pointer }: { pointer: string }) => pointer);
    };
    if (!listOperations(schema).has('case_helper.blame')) return;
    expect(await read('pointers=/c,/c')).toEqual(['/c', '/c']);
    expect(await read('pointers=/a,b&pointers=/c')).toEqual(['/a,b', '/c']);
    expect(await read(`pointers=${encodeURIComponent('["/a,b"]')}`)).toEqual(['/a,b']);
  });
});

function expectTooLarge({ status, body }: Pick<RestAnswer, 'status' | 'body'>): void {
  expect(status).toBe(413);
  expect(body.message).toMatch(/^PAYLOAD_TOO_LARGE: /);
}

/** Megabytes, without a Content-Length. */
function sendPieces(client: TestClient, count: number): Promise<Pick<RestAnswer, 'status' | 'body'>> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${client.token}` };
    const sent = httpRequest(`${client.url}${UPSERT}`, { method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body: JSON.parse(text) }));
    });
    sent.on('error', reject);
    for (let index = 0; index < count; index++) sent.write('x'.repeat(1024 * 1024));
    sent.end();
  });
}
