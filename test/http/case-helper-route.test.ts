import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { openCase, sampleHelper } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { type RestAnswer, rest } from '../support/rest.ts';
import { statementsOf } from '../support/statements.ts';

const get = (client: TestClient, id: string, query = '', headers: Record<string, string> = {}) =>
  rest(client, 'GET', `/case/${id}/helper${query}`, undefined, headers);
const put = (client: TestClient, id: string, helper: unknown, headers: Record<string, string>, query = '') =>
  rest(client, 'PUT', `/case/${id}/helper${query}`, helper, headers);

describe('GET', () => {
  test('answers the helper itself, with its version as the ETag, under the UUID and the global id alike', async ({
    world,
  }) => {
    const admin = await (await world.org()).member('admin');
    const helper = sampleHelper();
    const opened = await openCase(admin, { helper });
    for (const id of [opened.id, opened.databaseId]) {
      const answer = await get(admin, id);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual(helper);
      expect(answer.headers.get('etag')).toBe('"v1"');
      expect(answer.headers.get('x-helper-version')).toBe('1');
      expect(answer.headers.get('cache-control')).toBe('private, no-cache');
      expect(Date.parse(answer.headers.get('last-modified')!)).toBeGreaterThan(0);
      expect(answer.headers.get('x-request-id')).toBeTruthy();
    }
  });

  test('answers an older version, and what a pointer names', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const { id } = await openCase(admin, { helper: { a: { 'b/c': [1, 2] } } });
    await put(admin, id, { a: null }, { 'if-match': '"v1"' });
    expect((await get(admin, id, '?version=1')).body).toEqual({ a: { 'b/c': [1, 2] } });
    expect((await get(admin, id, '?version=1&pointer=/a/b~1c/1')).text).toBe('2');
    expect((await get(admin, id, '?pointer=/a')).text).toBe('null');
    expect((await get(admin, id)).headers.get('etag')).toBe('"v2"');
  });

  test('whoever has the current version is told so without the helper being read', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const { id } = await openCase(admin, { helper: { a: 1 } });
    let fresh: RestAnswer | null = null;
    const statements = await statementsOf(
      async () => {
        fresh = await get(admin, id, '', { 'if-none-match': '"v1"' });
      },
      (text) => text.includes('case_helper'),
    );
    expect(fresh).toMatchObject({ status: 304, text: '' });
    expect(fresh!.headers.get('etag')).toBe('"v1"');
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.filter((text) => text.includes('helper_json'))).toEqual([]);

    for (const tags of ['W/"v1"', '"v7", "v1"', '*'])
      expect((await get(admin, id, '', { 'if-none-match': tags })).status, tags).toBe(304);
    for (const tags of ['"v2"', '"something"', 'v1'])
      expect((await get(admin, id, '', { 'if-none-match': tags })).body, tags).toEqual({ a: 1 });
  });

  test('HEAD answers the headers alone', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const { id } = await openCase(admin, { helper: { a: 1 } });
    const answer = await rest(admin, 'HEAD', `/case/${id}/helper`);
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([200, '', '"v1"']);
  });

  test('what is not there is 404 and says what is missing; a foreign case is as one that does not exist', async ({
    world,
  }) => {
    const admin = await (await world.org()).member('admin');
    const stranger = await (await world.org()).member('admin');
    const empty = await openCase(admin);
    const full = await openCase(admin, { plate: '1234567', helper: { a: 1 } });
    const missing: [RestAnswer, string][] = [
      [await get(admin, empty.id), 'id'],
      [await get(admin, full.id, '?version=2'), 'version'],
      [await get(admin, full.id, '?pointer=/b'), 'pointer'],
      [await get(admin, randomUUID()), 'id'],
    ];
    for (const [{ status, body }, field] of missing) {
      expect(status).toBe(404);
      expect(body).toMatchObject({
        ok: false,
        message: expect.stringMatching(/^NOT_FOUND: /),
        errors: [{ field: [field] }],
      });
    }
    const headers = { 'x-request-id': 'the-same-id' };
    const foreign = await get(stranger, full.id, '', headers);
    expect(foreign).toMatchObject({ status: 404, text: (await get(stranger, randomUUID(), '', headers)).text });
    const conditional = await get(stranger, full.id, '', { ...headers, 'if-none-match': '"v1"' });
    expect(conditional).toMatchObject({ status: 404, text: foreign.text });
  });

  test('bad input is refused by name', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const { id } = await openCase(admin, { helper: { a: 1 } });
    expect((await get(admin, '1234567')).status).toBe(422);
    expect((await get(admin, '%E0%A4%A')).status).toBe(404);
    for (const [query, field] of [
      ['?pointer=a', 'pointer'],
      ['?version=one', 'version'],
      ['?version=1&version=2', 'version'],
      ['?verison=1', 'verison'],
    ] as const) {
      const { status, body } = await get(admin, id, query);
      expect([query, status, body.errors[0].field]).toEqual([query, 422, [field]]);
    }
    expect((await get(world.anonymous(), id)).status).toBe(401);
    const wrong = await rest(admin, 'DELETE', `/case/${id}/helper`);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT']);
  });
});

describe('PUT', () => {
  test('saves from the version of If-Match and answers the next ETag', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const { id } = await openCase(admin, { helper: { a: 1 } });
    const query = `?label=${encodeURIComponent('הערכה')}&note=by+hand&source=MAKE`;
    const saved = await put(admin, id, { a: 2 }, { 'if-match': '"v1"' }, query);
    expect(saved.status).toBe(200);
    expect(saved.headers.get('etag')).toBe('"v2"');
    expect(saved.body).toMatchObject({ ok: true, message: null, outcome: 'UPDATED', version: 2, conflict: null });
    expect(saved.body.changedPaths).toEqual(['/a']);
    const [row] = await world.db.query('select label, note, source from public.case_helper where is_current');
    expect(row).toEqual({ label: 'הערכה', note: 'by hand', source: 'MAKE' });
    const same = await put(admin, id, { a: 2 }, { 'if-match': '"v2"' });
    expect(same.body).toMatchObject({ outcome: 'UNCHANGED', version: 2 });
  });

  test('the first save is 201, and only the first', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const { id } = await openCase(admin);
    const first = await put(admin, id, { a: 1 }, { 'if-none-match': '*' });
    expect([first.status, first.headers.get('etag'), first.body.outcome]).toEqual([201, '"v1"', 'CREATED']);
    const second = await put(admin, id, { a: 2 }, { 'if-none-match': '*' });
    expect([second.status, second.headers.get('etag'), second.body.conflict.currentVersion]).toEqual([412, '"v1"', 1]);
  });

  test('a stale If-Match is 412, a stale expectedVersion 409, both with what to recover with', async ({ world }) => {
    const org = await world.org();
    const [one, two] = [await org.member('admin'), await org.member('admin', { email: 'two@example.com' })];
    const { id } = await openCase(one, { helper: { a: 1 } });
    await put(two, id, { a: 2, b: 1 }, { 'if-match': '"v1"' });
    const stale = await put(one, id, { a: 3 }, { 'if-match': '"v1"' });
    const old = await put(one, id, { a: 3 }, {}, '?expectedVersion=1');
    expect([stale.status, old.status]).toEqual([412, 409]);
    for (const answer of [stale, old]) {
      expect(answer.headers.get('etag')).toBe('"v2"');
      expect(answer.body).toMatchObject({
        ok: false,
        message: expect.stringMatching(/^VERSION_CONFLICT: /),
        outcome: 'CONFLICT',
        version: null,
        conflict: {
          currentVersion: 2,
          changedPaths: ['/a', '/b'],
          conflictingPaths: ['/a'],
          savedBy: { id: two.userId, name: 'two' },
          savedAt: expect.any(String),
        },
      });
    }
    const plain = await put(one, id, { a: 3 }, { 'if-match': '"v1"', 'x-strict-status': '0' });
    expect(plain.status).toBe(200);
  });

  test('MERGE_DISJOINT merges a stale save, * saves over anything', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const { id } = await openCase(admin, { helper: { a: 1, b: 1 } });
    await put(admin, id, { a: 2, b: 1 }, { 'if-match': '"v1"' });
    const merged = await put(admin, id, { a: 1, b: 2 }, { 'if-match': '"v1"' }, '?onConflict=MERGE_DISJOINT');
    expect(merged.body).toMatchObject({ outcome: 'MERGED', version: 3 });
    expect((await get(admin, id)).body).toEqual({ a: 2, b: 2 });
    expect((await put(admin, id, { c: 1 }, { 'if-match': '*' })).body).toMatchObject({
      outcome: 'UPDATED',
      version: 4,
    });
    expect((await put(admin, id, { c: 2 }, {}, '?onConflict=FORCE')).body).toMatchObject({ version: 5 });
  });

  test('the same call three times at once writes once', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const { id } = await openCase(admin);
    const send = () => put(admin, id, { a: 1 }, { 'if-none-match': '*', 'idempotency-key': 'put-once-only' });
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map(({ status, body }) => [status, body.version])).toEqual(Array(3).fill([201, 1]));
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(2);
    expect(await world.db.query('select version from public.case_helper')).toHaveLength(1);
  });

  test('ten saves from one version: one is saved, nine are 412', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const { id } = await openCase(admin, { helper: { n: -1 } });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => put(admin, id, { n }, { 'if-match': '"v1"' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)]);
  });

  test('who may only read is 403, who may not see is 404', async ({ world }) => {
    const org = await world.org();
    const { id } = await openCase(await org.member('admin'), { helper: { a: 1 } });
    const headers = { 'if-match': '"v1"' };
    expect((await put(await org.member('assistant'), id, { a: 2 }, headers)).status).toBe(403);
    expect((await put(await (await world.org()).member('admin'), id, { a: 2 }, headers)).status).toBe(404);
    expect((await put(world.anonymous(), id, { a: 2 }, headers)).status).toBe(401);
  });

  test('bad input is refused by name, and nothing is written', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const { id } = await openCase(admin, { helper: { a: 1 } });
    const match = { 'if-match': '"v1"' };
    const bad: [unknown, Record<string, string>, string, number, string][] = [
      [{ a: 2 }, {}, '', 428, 'if-match'],
      [{ a: 2 }, { 'if-match': 'v1' }, '', 422, 'if-match'],
      [{ a: 2 }, { 'if-match': '"1"' }, '', 422, 'if-match'],
      [{ a: 2 }, { 'if-match': '"v1", "v2"' }, '', 422, 'if-match'],
      [{ a: 2 }, { ...match, 'if-none-match': '*' }, '', 422, 'if-match'],
      [{ a: 2 }, match, '?expectedVersion=1', 422, 'if-match'],
      [{ a: 2 }, { 'if-none-match': '"v1"' }, '', 422, 'if-none-match'],
      [{ a: 2 }, { 'if-none-match': '*' }, '?onConflict=MERGE_DISJOINT', 422, 'onConflict'],
      [{ a: 2 }, match, '?lable=x', 422, 'lable'],
      [[], match, '', 422, 'input'],
      ['null', match, '', 422, 'body'],
      ['{"a":"\\u0000"}', match, '', 422, 'input'],
      ['{', match, '', 400, 'body'],
      ['{}', { ...match, 'content-type': 'text/plain' }, '', 415, 'content-type'],
      [{ a: 'x'.repeat(6 * 1024 * 1024) }, match, '', 413, 'input'],
    ];
    for (const [helper, headers, query, status, field] of bad) {
      const answer = await put(admin, id, helper, headers, query);
      const what = `${JSON.stringify(helper).slice(0, 40)} ${JSON.stringify(headers)} ${query}: ${answer.text.slice(0, 300)}`;
      expect([answer.status, answer.body.ok], what).toEqual([status, false]);
      expect(answer.body.errors[0].field[0], what).toBe(field);
    }
    for (const query of ['?onConflict=SOMEHOW', '?source=NOBODY'])
      expect((await put(admin, id, { a: 2 }, match, query)).status, query).toBe(422);
    expect(await world.db.query('select version from public.case_helper')).toEqual([{ version: 1 }]);
  });
});

test('a key that is for reading the current helper reads it here, and does nothing else', async ({ world }) => {
  const org = await world.org();
  const { id } = await openCase(await org.member('admin'), { helper: { a: 1 } });
  const key = await org.apiKey();
  await world.db.query(`update public.api_keys set operations = '{case_helper.get_current}' where id = $1`, [key.id]);
  expect((await get(key, id)).body).toEqual({ a: 1 });
  expect((await put(key, id, { a: 2 }, { 'if-match': '"v1"' })).status).toBe(403);
  expect((await rest(key, 'GET', `/gateway/case.get?id=${id}`)).status).toBe(403);
});
