import { expect } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/json/json-value.ts';
import { openCase, SAMPLE_PLATE } from '../support/cases.ts';
import { test, type World } from '../support/fixtures.ts';
import { ingest, rawEntries } from '../support/ingests.ts';

/** What stands at /vehicle, how it is met by what data, and what stands there then; undefined for nothing. */
type Row = [target: JsonValue | undefined, data: JsonValue, after: JsonValue];

const MERGED: Record<string, Row> = {
  'members are merged at every depth': [
    { a: { b: 1, c: 2 }, x: 0 },
    { a: { c: 3, ד: 4 } },
    { a: { b: 1, c: 3, ד: 4 }, x: 0 },
  ],
  'arrays are replaced': [{ a: [1, 2, 3] }, { a: [4] }, { a: [4] }],
  'values are replaced, of whatever kind': [
    { a: 1, b: 'x', c: null },
    { a: '2', b: [1], c: { d: 1 } },
    { a: '2', b: [1], c: { d: 1 } },
  ],
  'what says nothing replaces nothing': [
    { a: 1, b: 'x', c: [1], d: { e: 1 } },
    { a: null, b: ' ', c: [], d: {}, f: 1 },
    { a: 1, b: 'x', c: [1], d: { e: 1 }, f: 1 },
  ],
  'what says nothing is taken where nothing is': [
    {},
    { a: null, b: '', c: [], d: {} },
    { a: null, b: '', c: [], d: {} },
  ],
  'empty containers give way to values': [
    { a: [], b: {} },
    { a: 'x', b: [1] },
    { a: 'x', b: [1] },
  ],
  'nothing becomes the data': [undefined, { a: null }, { a: null }],
  'an array is replaced whole': [[1, 2], [3], [3]],
};

const REPLACED: Record<string, Row> = {
  'an object by an object': [{ a: 1, b: 2 }, { b: null }, { b: null }],
  'an object by nothing': [{ a: 1 }, {}, {}],
  'an array by a text': [[1], 'x', 'x'],
  'nothing by a number': [undefined, 5, 5],
};

const APPENDED: Record<string, Row> = {
  'one member': [[1], { a: 2 }, [1, { a: 2 }]],
  'each member of an array': [[{ a: 1 }], [{ a: 2 }, { a: 2 }, { a: 3 }], [{ a: 1 }, { a: 2 }, { a: 2 }, { a: 3 }]],
  'an array in an array': [[1], [[2, 3]], [1, [2, 3]]],
  'no member that is there': [
    [{ b: 2, a: 1 }, 2],
    [{ a: 1, b: 2 }, 3],
    [{ b: 2, a: 1 }, 2, 3],
  ],
  'to nothing': [undefined, 'x', ['x']],
  'to null': [null, [1, 1], [1, 1]],
};

test.for([
  { mode: 'MERGE', table: MERGED },
  { mode: 'REPLACE', table: REPLACED },
  { mode: 'APPEND', table: APPENDED },
])('mode $mode puts data as its table says, and a second time changes nothing', async ({ mode, table }, { world }) => {
  const { send } = await openWorld(world);
  for (const [what, [target, data, after]] of Object.entries(table)) {
    const { first, again } = await send({ ...(target !== undefined && { vehicle: target }), other: 1 }, { data, mode });
    expect(first, what).toMatchObject({ ok: true, outcome: 'UPDATED' });
    const { raw_webhook_data, ...rest } = first.helper.helperJson;
    expect(rest, what).toEqual({ vehicle: after, other: 1 });
    expect(Object.values(raw_webhook_data), what).toMatchObject([{ data }]);
    expect(again, what).toMatchObject({ outcome: 'UNCHANGED', helper: { id: first.helper.id } });
  }
});

test('data that change nothing make no version and are not kept', async ({ world }) => {
  const { send } = await openWorld(world);
  for (const [vehicle, data, mode] of [
    [{ a: 1, b: [1] }, { a: 1 }, 'MERGE'],
    [{ a: 1, b: [1] }, { a: null, b: [] }, 'MERGE'],
    [{ a: 1 }, '', 'MERGE'],
    [[1, 2], [2, 1], 'APPEND'],
    [[1], [], 'APPEND'],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, 'REPLACE'],
  ] as const)
    expect((await send({ vehicle } as unknown as JsonObject, { data, mode })).first.outcome).toBe('UNCHANGED');
  for (const data of ['', [], {}]) expect((await send({}, { data })).first.outcome).toBe('UNCHANGED');
});

test('MERGE never puts something of another kind over an object or array that holds something', async ({ world }) => {
  const { send } = await openWorld(world);
  for (const [vehicle, data, field] of [
    [{ a: 1 }, 'whole record as text', []],
    [{ a: 1 }, [{ a: 2 }], []],
    [[1], { a: 1 }, []],
    [{ a: { 'ב/ג': [1] } }, { a: { 'ב/ג': 'x' } }, ['a', 'ב/ג']],
    [{ a: { b: 1 } }, { a: [1] }, ['a']],
  ] as [JsonValue, JsonValue, string[]][]) {
    const { first } = await send({ vehicle }, { data });
    expect(first.userErrors).toMatchObject([{ code: 'VALIDATION_FAILED', field: ['input', 'data', ...field] }]);
    expect(first.userErrors[0].message).toContain('REPLACE');
  }
  const { first } = await send({ vehicle: { a: 1 } }, { data: 1, mode: 'APPEND' });
  expect(first.userErrors).toMatchObject([{ code: 'VALIDATION_FAILED', field: ['input', 'mode'] }]);
});

/** What arrives, and what of it stands at its place. */
const WRAPPED: Record<string, [payload: JsonValue, data: JsonValue]> = {
  'JSON text': [' {"km":"1","עברית":[1]} ', { km: '1', עברית: [1] }],
  'one wrapped value': [[{ value: '{"km":"1"}' }], { km: '1' }],
  'one value doubled': [[{ value: '{"km":"1","b":2}' }, { value: '{"b":2,"km":"1"}' }], { km: '1', b: 2 }],
  'several wrapped values': [
    [{ value: '{"km":"1"}' }, { value: '[2]' }],
    [{ km: '1' }, [2]],
  ],
  'JSON text of a wrapped value': ['[{"value":"{\\"km\\":\\"1\\"}"}]', { km: '1' }],
  'items with more than a value': [[{ value: '{"km":"1"}', key: 1 }], [{ value: '{"km":"1"}', key: 1 }]],
  'items of which one is no JSON': [
    [{ value: '{}' }, { value: 'רכב' }],
    [{ value: '{}' }, { value: 'רכב' }],
  ],
  'a value that is no text': [[{ value: { km: '1' } }], [{ value: { km: '1' } }]],
  'a wrapped value without an array': [{ value: '{"km":"1"}' }, { value: '{"km":"1"}' }],
  'free text': ['מספר רכב לא נמצא', 'מספר רכב לא נמצא'],
  'broken JSON text': ['{"km":', '{"km":'],
  'a number as text': ['17', '17'],
};

test('JSON in the two wrappings of Make is read, nothing else is, and all is kept as it came', async ({ world }) => {
  const { send } = await openWorld(world);
  for (const [what, [data, vehicle]] of Object.entries(WRAPPED)) {
    const { first, again } = await send({}, { data });
    expect(first.helper.helperJson.vehicle, what).toEqual(vehicle);
    expect(rawEntries(first.helper.helperJson), what).toMatchObject([
      { name: 'VEHICLE', entry: { data, processed: true } },
    ]);
    expect(again.outcome, what).toBe('UNCHANGED');
  }
});

test('/raw_webhook_data itself takes entries only, in every mode but REPLACE, and what is put below is not kept twice', async ({
  world,
}) => {
  const { send } = await openWorld(world);
  const before = { raw_webhook_data: { OLD_1: { data: 1 } } };
  for (const mode of ['MERGE', 'APPEND']) {
    const data = { OLD_1: null };
    const { first, again } = await send(before, { pointer: '/raw_webhook_data', mode, data });
    const { OLD_1, ...entries } = first.helper.helperJson.raw_webhook_data;
    expect(OLD_1).toEqual({ data: 1 });
    expect(Object.keys(entries)).toMatchObject([expect.stringMatching(/^INGEST_[0-9]{13}$/)]);
    expect(Object.values(entries)).toMatchObject([{ data, processed: false }]);
    expect(again.outcome).toBe('UNCHANGED');
  }
  const replacing = await send(before, { pointer: '/raw_webhook_data', mode: 'REPLACE', data: {} });
  expect(replacing.first.userErrors).toMatchObject([{ code: 'VALIDATION_FAILED', field: ['input', 'mode'] }]);
  const below = await send(before, { pointer: '/raw_webhook_data/OLD_1/processed', data: true });
  expect(below.first.helper.helperJson).toEqual({ raw_webhook_data: { OLD_1: { data: 1, processed: true } } });
  const broken = await send({ raw_webhook_data: 'x' }, { data: { km: 1 } });
  expect(broken.first.userErrors).toMatchObject([{ code: 'VALIDATION_FAILED' }]);
});

/** Each time a case of its own: a helper, and the same data sent into it twice. */
async function openWorld(world: World) {
  const key = await (await world.org()).apiKey();
  let plate = Number(SAMPLE_PLATE);
  return {
    async send(helper: JsonObject, input: Record<string, unknown>) {
      const { id: caseId } = await openCase(key, { plate: String(++plate), helper });
      const call = { caseId, pointer: '/vehicle', ...input };
      return { first: await ingest(key, call), again: await ingest(key, call) };
    },
  };
}
