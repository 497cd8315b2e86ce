import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { generateApiKey } from '../../src/auth/api-keys.ts';
import { listBlueprints, MAKE_FOLDER } from '../../src/cli/list-blueprints.ts';
import { schema } from '../../src/schema/index.ts';
import { operationName } from '../../src/schema/operation-names.ts';
import { TestClient } from '../support/client.ts';
import { test, type World } from '../support/fixtures.ts';
import { MAKE_DAY, type MakeState } from '../support/make-inputs.ts';
import { type Blueprint, runScenario } from '../support/make-scenario.ts';
import { countRows } from '../support/row-counts.ts';

const read = (file: string) => readFileSync(new URL(file, MAKE_FOLDER), 'utf8');
const blueprintOf = (operation: string) => JSON.parse(read(`${operation}.json`)) as Blueprint;
const names = Object.keys(MAKE_DAY);

test('make/ holds a blueprint for every operation that a key may run, as the API is now', () => {
  const files = listBlueprints();
  expect(readdirSync(MAKE_FOLDER).sort()).toEqual([...files.keys()].sort());
  for (const [file, text] of files) expect(read(file) === text, `${file}: run npm run codegen`).toBe(true);
  expect(names.map((name) => `${name}.json`).sort()).toEqual([...files.keys()].sort());
});

test('modules have ids of their own, name only what is made before them, and every request has its retry', () => {
  for (const file of readdirSync(MAKE_FOLDER)) {
    const { flow } = JSON.parse(read(file)) as Blueprint;
    const ids = flow.flatMap((one) => [one.id, ...(one.onerror ?? []).map((handler) => handler.id)]);
    expect(new Set(ids).size, file).toBe(ids.length);
    const made: number[] = [];
    for (const { id, module, mapper, onerror } of flow) {
      const used = [...JSON.stringify(mapper).matchAll(/(?<=\{\{|[(; ])(\d)\.\w/g)].map((match) => Number(match[1]));
      expect(
        used.filter((one) => !made.includes(one)),
        `${file}, module ${id}`,
      ).toEqual([]);
      made.push(id);
      if (module === 'http:ActionSendData')
        expect(onerror?.map((handler) => handler.module)).toEqual(['builtin:Break']);
    }
  }
});

test('a day of the office runs by its blueprints alone, and each request sent again writes nothing more', async ({
  world,
}) => {
  const { settings, state } = await createOffice(world);
  for (const name of names) {
    const step = MAKE_DAY[name]!;
    const run = await runScenario(blueprintOf(name), { input: step.input(state) }, settings);
    if (name === 'invoice_line_assignments.reject') {
      // What is accepted stays accepted, and Make hears it.
      expect({ status: run.status, ok: run.answer.ok }, JSON.stringify(run.answer.errors)).toEqual({
        status: 422,
        ok: false,
      });
      continue;
    }
    expect({ name, status: run.status, ok: run.answer.ok, message: run.answer.message }).toEqual({
      name,
      status: 200,
      ok: true,
      message: null,
    });
    step.keep?.(run.answer, state);

    const before = await countRows(world.db);
    const again = await run.again();
    expect({ name, status: again.status, ok: again.answer.ok }).toEqual({ name, status: 200, ok: true });
    expect(await countRows(world.db), name).toEqual(before);
    if ('outcome' in run.answer) expect(again.headers.get('idempotent-replayed'), name).toBe('true');
  }
});

test('each write of the day sent three times at once, over REST and GraphQL, is written once', async ({ world }) => {
  const { settings, state, client } = await createOffice(world);
  const fields = schema.getMutationType()!.getFields();
  const writes = names.filter((name) => blueprintOf(name).flow.some((one) => one.mapper.method === 'post'));
  expect(writes.length).toBeGreaterThan(20);
  for (const name of writes) {
    const field = Object.keys(fields).find((one) => operationName(one) === name)!;
    const input = MAKE_DAY[name]!.input(state);
    const idempotencyKey = `once-${name}`;
    const query = `mutation ($input: ${fields[field]!.args[0]!.type}) { answer: ${field}(input: $input) { ok outcome idempotency { replayed } } }`;
    const rest = () => runScenario(blueprintOf(name), { idempotencyKey, input }, settings);
    const [one, two, three] = await Promise.all([
      rest(),
      rest(),
      client.data(query, { input: { ...input, idempotencyKey } }),
    ]);
    const answers = [one.answer, two.answer, three.answer];
    if (name === 'invoice_line_assignments.reject') {
      expect(answers.map((answer) => answer.ok)).toEqual([false, false, false]);
      continue;
    }
    const replays = answers.map((answer) => answer.idempotency?.replayed);
    expect({ name, replays: replays.sort() }).toEqual({ name, replays: [false, true, true] });
    expect(new Set(answers.map((answer) => answer.outcome)).size, name).toBe(1);
    MAKE_DAY[name]!.keep?.(one.answer, state);
  }
});

test('the mirror of one save run three times at once makes one version, without a key of its own', async ({
  world,
}) => {
  const { settings, state } = await createOffice(world);
  const opened = await runScenario(
    blueprintOf('case.upsert'),
    { input: MAKE_DAY['case.upsert']!.input(state) },
    settings,
  );
  const input = { caseId: opened.answer.case.databaseId, helper: { meta: { plate: '90012345' } }, expectedVersion: 0 };
  const runs = await Promise.all(
    [1, 2, 3].map(() => runScenario(blueprintOf('case_helper.save_full'), { input }, settings)),
  );
  expect(runs.map((run) => [run.status, run.answer.outcome])).toEqual(Array(3).fill([200, 'CREATED']));
  expect(runs.map((run) => run.headers.get('idempotent-replayed')).sort()).toEqual([null, 'true', 'true']);
  expect((await countRows(world.db))['public.case_helper']).toBe(1);
});

test("a sender's own name for an event goes before the one that is made for it", async ({ world }) => {
  const { settings } = await createOffice(world);
  const bundle = { idempotencyKey: 'delivery-0001', input: { title: 'note', body: 'text' } };
  const first = await runScenario(blueprintOf('kb.add'), bundle, settings);
  const second = await runScenario(blueprintOf('kb.add'), bundle, settings);
  expect([first.answer.idempotency, second.answer.idempotency]).toMatchObject([
    { key: 'delivery-0001', replayed: false },
    { key: 'delivery-0001', replayed: true },
  ]);
});

async function createOffice(
  world: World,
): Promise<{ settings: Record<string, string>; state: MakeState; client: TestClient }> {
  const org = await world.org();
  const colleague = await org.member('assessor');
  const { key, prefix, hash } = generateApiKey();
  await world.db.query(
    `insert into public.api_keys (org_id, name, prefix, key_hash, permissions) values ($1, 'make', $2, $3,
       array['org.read', 'case.read', 'case.create', 'case.write', 'case.share', 'kb.read', 'kb.write', 'log.read', 'log.write'])`,
    [org.id, prefix, hash],
  );
  const state = { colleagueId: colleague.userId, caseId: '', invoiceId: '', lineId: '' };
  const client = new TestClient(world.server.url, key);
  return { settings: { server: world.server.url, apiKey: key }, state, client };
}
