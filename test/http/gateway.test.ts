import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { sampleHelper } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { rest } from '../support/rest.ts';

const PLATE = '1234567';

describe('a case goes through the gateway', () => {
  test('it is opened, saved, read, restored and listed, each answer in one form', async ({ world }) => {
    const key = await (await world.org()).apiKey();
    const opened = await rest(key, 'POST', '/gateway/case.upsert', { plate: '12-345-67', ownerName: 'Dana' });
    expect(opened.status).toBe(200);
    expect(opened.body).toMatchObject({
      ok: true,
      message: null,
      errors: [],
      outcome: 'CREATED',
      userErrors: [],
      idempotency: null,
      case: { plate: PLATE, ownerName: 'Dana', version: 0, filingId: expect.any(String), assignedTo: null },
    });
    const caseId = opened.body.case.databaseId;

    const helper = sampleHelper();
    helper.meta = { ...(helper.meta as object), plate: PLATE };
    helper.plate = PLATE;
    const saved = await rest(key, 'POST', '/gateway/case_helper.save_full', { caseId, helper, expectedVersion: 0 });
    expect(saved.body).toMatchObject({ ok: true, outcome: 'CREATED', helper: { version: 1 }, conflict: null });
    expect(saved.body.helper).not.toHaveProperty('helperJson');

    const read = await rest(key, 'GET', `/gateway/case_helper.get_current?caseId=${caseId}`);
    expect(read.body).toMatchObject({ ok: true, message: null, errors: [], data: { version: 1 } });
    expect(read.body.data.helperJson).toEqual(helper);

    await rest(key, 'POST', '/gateway/case_helper.save_full', { caseId, helper: { a: 1 }, expectedVersion: 1 });
    const restored = await rest(key, 'POST', '/gateway/case_helper.restore_latest', { caseId, reason: 'a mistake' });
    expect(restored.body).toMatchObject({
      outcome: 'UPDATED',
      helper: { version: 3, note: 'a mistake', trigger: 'RESTORE' },
    });

    const found = await rest(key, 'GET', `/gateway/case.get?plate=${PLATE}`);
    expect(found.body.data).toMatchObject({ databaseId: caseId, version: 3, feedCursor: expect.any(String) });
    const listed = await rest(key, 'GET', '/gateway/cases.list?first=10');
    expect(listed.body.data).toMatchObject({
      totalCount: 1,
      nodes: [{ databaseId: caseId }],
      pageInfo: { hasNextPage: false },
    });
    const changes = await rest(key, 'GET', '/gateway/feed.page?first=2');
    expect(changes.body.data).toMatchObject({ hasMore: true, changes: [{ entityId: expect.any(String) }, {}] });
  });

  test('a conflict is 409 and tells what to recover with', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const { body } = await rest(admin, 'POST', '/gateway/case.upsert', { plate: PLATE, helper: { a: 1 } });
    const input = { caseId: body.case.id, helper: { a: 2 }, expectedVersion: 0 };
    const stale = await rest(admin, 'POST', '/gateway/case_helper.save_full', input);
    expect(stale.status).toBe(409);
    expect(stale.body).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^VERSION_CONFLICT: Somebody saved since version 0/),
      errors: [{ code: 'VERSION_CONFLICT', field: ['input', 'expectedVersion'], requestId: expect.any(String) }],
      outcome: 'CONFLICT',
      conflict: {
        currentVersion: 1,
        conflictingPaths: ['/a'],
        savedBy: { kind: 'USER' },
        current: { version: 1, savedBy: { kind: 'USER' } },
      },
    });
  });

  test('what is not there is 404, and a case without a helper is no failure', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const missing = await rest(admin, 'GET', `/gateway/case.get?plate=${PLATE}`);
    expect(missing.status).toBe(404);
    expect(missing.body).toMatchObject({ ok: false, message: expect.stringMatching(/^NOT_FOUND: /), data: null });
    await rest(admin, 'POST', '/gateway/case.upsert', { plate: PLATE });
    const empty = await rest(admin, 'GET', `/gateway/case_helper.get_current?plate=${PLATE}`);
    expect(empty.status).toBe(200);
    expect(empty.body).toMatchObject({ ok: true, data: null });
  });
});

test('a case of another organisation answers as one that does not exist', async ({ world }) => {
  const [mine, theirs] = await Promise.all([world.org(), world.org()]);
  const [me, them] = [await mine.apiKey(), await theirs.apiKey()];
  const { body } = await rest(them, 'POST', '/gateway/case.upsert', { plate: PLATE });
  const answers = await Promise.all(
    [body.case.databaseId, randomUUID()].map((id) => rest(me, 'GET', `/gateway/case.get?id=${id}`)),
  );
  const [foreign, absent] = answers.map(({ status, body }) => ({
    status,
    body: { ...body, errors: body.errors.map((error: object) => ({ ...error, requestId: '' })) },
  }));
  expect(foreign).toEqual(absent);
  expect(foreign!.status).toBe(404);
});

describe('idempotency', () => {
  test('the same call three times at once over REST writes once, and says which were replays', async ({ world }) => {
    const org = await world.org();
    const key = await org.apiKey();
    const { body } = await rest(key, 'POST', '/gateway/case.upsert', { plate: PLATE });
    const input = { caseId: body.case.databaseId, helper: { a: 1 }, onConflict: 'FORCE', label: 'once' };
    const send = () =>
      rest(key, 'POST', '/gateway/case_helper.save_full', input, { 'Idempotency-Key': 'scenario-7:case-1' });
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(({ body }) => [body.outcome, body.helper.version])).toEqual(Array(3).fill(['CREATED', 1]));
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(2);
    expect(answers.filter(({ body }) => body.idempotency.replayed)).toHaveLength(2);
    const versions = await world.db.query('select version from public.case_helper');
    expect(versions).toEqual([{ version: 1 }]);
  });

  test('a key means the same write whether it comes by REST or by GraphQL', async ({ world }) => {
    const key = await (await world.org()).apiKey();
    const headers = { 'idempotency-key': randomUUID() };
    await rest(key, 'POST', '/gateway/case.upsert', { plate: PLATE }, headers);
    const again = await key.send('mutation { caseUpsert(input: { plate: "1234567" }) { ok } }', {}, headers);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  test('the key of another write is 422', async ({ world }) => {
    const key = await (await world.org()).apiKey();
    const headers = { 'idempotency-key': randomUUID() };
    await rest(key, 'POST', '/gateway/case.upsert', { plate: PLATE }, headers);
    const other = await rest(key, 'POST', '/gateway/case.upsert', { plate: '7654321' }, headers);
    expect(other.status).toBe(422);
    expect(other.body.message).toMatch(/^IDEMPOTENCY_KEY_REUSED: /);
  });
});

describe('the request id', () => {
  test('is echoed on every answer, and stands in its errors and in the log of changes', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const headers = { 'X-Request-Id': 'make-run-1234' };
    const written = await rest(admin, 'POST', '/gateway/case.upsert', { plate: PLATE }, headers);
    expect(written.headers.get('x-request-id')).toBe('make-run-1234');
    const refused = await rest(admin, 'POST', '/gateway/nothing.here', {}, headers);
    expect(refused.headers.get('x-request-id')).toBe('make-run-1234');
    expect(refused.body.errors[0].requestId).toBe('make-run-1234');
    const changes = await rest(admin, 'GET', '/gateway/feed.page');
    const change = changes.body.data.changes.find(({ entity }: { entity: string }) => entity === 'cases');
    expect(change.requestId).toBe('make-run-1234');
  });

  test('that could not be one is replaced', async ({ world }) => {
    const anonymous = world.anonymous();
    const answer = await rest(anonymous, 'GET', '/gateway/viewer.get', undefined, { 'x-request-id': 'a b' });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('X-Strict-Status: 0 answers 200 for what was refused; the body is the same', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const headers = { 'x-request-id': 'one-and-the-same' };
  const strict = await rest(admin, 'POST', '/gateway/case.upsert', { plate: 'x' }, headers);
  const plain = await rest(
    admin,
    'POST',
    '/gateway/case.upsert',
    { plate: 'x' },
    { ...headers, 'x-strict-status': '0' },
  );
  expect([strict.status, plain.status]).toEqual([422, 200]);
  expect(plain.body).toEqual(strict.body);
  const anonymous = await rest(world.anonymous(), 'GET', '/gateway/cases.list', undefined, { 'x-strict-status': '0' });
  expect(anonymous.status).toBe(401);
});

test('a helper travels as the text of the database: its numbers are not rounded on their way', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { body } = await rest(admin, 'POST', '/gateway/case.upsert', { plate: PLATE, helper: { a: 1 } });
  await world.db.query(`alter table public.case_helper disable trigger user`);
  await world.db.query(`update public.case_helper set helper_json = '{"n": 12345678901234567890.10}'`);
  const read = await rest(admin, 'GET', `/gateway/case_helper.get_current?caseId=${body.case.id}`);
  expect(read.text).toContain('{"n": 12345678901234567890.10}');
});
