import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';
import { statementsOf } from '../support/statements.ts';

const RECORD = JSON.parse(
  readFileSync(new URL('../support/make/open-case.vehicle-record.json', import.meta.url), 'utf8'),
);

const UPSERT = /* GraphQL */ `
  mutation ($input: VehicleDetailsUpsertInput!) {
    vehicleDetailsUpsert(input: $input) {
      ok outcome userErrors { code message field } idempotency { replayed }
      vehicleDetails { id databaseId vin manufacturer model year engineSize color rawData enrichedData source case { databaseId } }
    }
  }
`;

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
async function write(client: TestClient, input: Record<string, unknown>): Promise<any> {
  return (await client.data(UPSERT, { input })).vehicleDetailsUpsert;
}

test("the registry's record is kept as it came, and read where nothing else is given", async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const made = await write(admin, { caseId, details: { rawData: RECORD, model: 'Tucson NX4' }, source: 'MAKE' });
  expect(made).toMatchObject({
    ok: true,
    outcome: 'CREATED',
    vehicleDetails: {
      vin: 'SYNTHVIN000012345',
      manufacturer: 'יונדאי',
      model: 'Tucson NX4',
      year: 2021,
      engineSize: 1598,
      color: null,
      rawData: RECORD,
      source: 'MAKE',
      case: { databaseId: caseId },
    },
  });
  const changed = await write(admin, { caseId, details: { color: 'white', enrichedData: { doors: 5 } } });
  expect(changed).toMatchObject({
    outcome: 'UPDATED',
    vehicleDetails: {
      databaseId: made.vehicleDetails.databaseId,
      color: 'white',
      model: 'Tucson NX4',
      rawData: RECORD,
      enrichedData: { doors: 5 },
    },
  });
  expect((await write(admin, { caseId, details: { color: 'white' } })).outcome).toBe('UNCHANGED');
});

test("a record of another vehicle is refused, however it is wrapped; one of the case's own is not", async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const before = await countRows(world.db);
  const other = { ...RECORD, plate: '123-45-679' };
  for (const rawData of [other, [RECORD, other], [{ value: JSON.stringify(other) }]])
    expect(await write(admin, { caseId, details: { rawData } })).toMatchObject({
      outcome: 'REJECTED',
      userErrors: [{ code: 'PLATE_MISMATCH', field: ['input', 'details', 'rawData'] }],
      vehicleDetails: null,
    });
  expect(await countRows(world.db)).toEqual(before);
  const own = await write(admin, { caseId, details: { rawData: { ...RECORD, plate: '900-12-345' } } });
  expect(own.outcome).toBe('CREATED');
});

test('bad values are named, and nothing is written; what of a record can not be read is left out', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const before = await countRows(world.db);
  for (const [details, field] of [
    [{ year: 1800 }, 'year'],
    [{ engineSize: -1 }, 'engineSize'],
    [{ vin: 'x'.repeat(51) }, 'vin'],
  ] as const)
    expect((await write(admin, { caseId, details })).userErrors).toMatchObject([
      { code: 'VALIDATION_FAILED', field: ['input', 'details', field] },
    ]);
  expect((await write(admin, { caseId, details: {} })).userErrors).toMatchObject([
    { code: 'VALIDATION_FAILED', field: ['input', 'details'] },
  ]);
  expect((await write(admin, { caseId, details: { rawData: { note: '\u0000' } } })).userErrors).toMatchObject([
    { code: 'INVALID_DOCUMENT', field: ['input', 'details', 'rawData', 'note'] },
  ]);
  expect(await countRows(world.db)).toEqual(before);
  const rawData = { chassis: 'x'.repeat(51), year: 'new', engine_volume: '99999999999', manufacturer: 'יונדאי' };
  const read = await write(admin, { caseId, details: { rawData } });
  expect(read.vehicleDetails).toMatchObject({
    vin: null,
    year: null,
    engineSize: null,
    manufacturer: 'יונדאי',
    rawData,
  });
});

test('ten calls at once for one case make one vehicle', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => write(admin, { caseId, details: { rawData: RECORD } })),
  );
  expect(answers.map((answer) => answer.outcome).sort()).toEqual(['CREATED', ...Array(9).fill('UNCHANGED')]);
  expect((await countRows(world.db))['public.vehicle_details']).toBe(1);
});

test('the same call with a key is written once, and other details under the key are refused', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const input = { caseId, idempotencyKey: 'vehicle-once', details: { color: 'white' } };
  const first = await write(admin, input);
  expect(await write(admin, input)).toEqual({ ...first, idempotency: { replayed: true } });
  const other = await write(admin, { ...input, details: { color: 'red' } });
  expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
});

test('who may only read is refused, and a case of another organisation is not there', async ({ world }) => {
  const org = await world.org();
  const { databaseId: caseId } = await openCase(await org.member('admin'));
  const input = { caseId, details: { rawData: RECORD } };
  const assistant = await write(await org.member('assistant'), input);
  expect(assistant.userErrors).toMatchObject([{ code: 'FORBIDDEN', field: ['input', 'caseId'] }]);
  const stranger = await write(await (await world.org()).member('admin'), input);
  expect(stranger.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'caseId'] }]);
  expect((await countRows(world.db))['public.vehicle_details']).toBe(0);
});

test('the vehicles of many cases cost the statements of one', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  for (let index = 0; index < 3; index++) {
    const { databaseId: caseId } = await openCase(admin, { plate: String(1_000_000 + index) });
    await write(admin, { caseId, details: { color: `color ${index}` } });
  }
  const run = (first: number) =>
    statementsOf(
      () => admin.data(`{ cases(first: ${first}) { nodes { vehicleDetails { color case { plate } } } } }`),
      (text) => text.includes('vehicle_details'),
    );
  await run(3);
  expect((await run(3)).length).toBe((await run(1)).length);
});
