import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';
import { statementsOf } from '../support/statements.ts';

const REPORT = JSON.parse(readFileSync(new URL('../support/make/levi-report.ocr.json', import.meta.url), 'utf8'));

const UPSERT = /* GraphQL */ `
  mutation ($input: LeviReportsUpsertInput!) {
    leviReportsUpsert(input: $input) {
      ok outcome userErrors { code message field } idempotency { replayed }
      items {
        index outcome userErrors { code message field }
        report { id databaseId reportId rawResponse parsedData reportUrl fetchedAt case { databaseId } }
      }
    }
  }
`;

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
async function write(client: TestClient, input: Record<string, unknown>): Promise<any> {
  return (await client.data(UPSERT, { input })).leviReportsUpsert;
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
function faultsOf(payload: any): string[] {
  return payload.userErrors.map(
    ({ code, field }: { code: string; field: string[] }) => `${code} ${field.slice(2).join('/')}`,
  );
}

test("Make's reading of a report is kept as it came, read, and the same when it comes again", async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const made = await write(admin, {
    caseId,
    reports: [{ rawResponse: REPORT, fetchedAt: '2025-11-02T10:00:00+02:00' }],
  });
  expect(made).toMatchObject({
    ok: true,
    outcome: 'CREATED',
    items: [
      {
        report: {
          rawResponse: REPORT,
          fetchedAt: '2025-11-02T08:00:00.000Z',
          parsedData: {
            basePrice: '112000.00',
            finalPrice: '109971.00',
            adjustments: { mileage: { percent: '-6.5' } },
          },
          case: { databaseId: caseId },
        },
      },
    ],
  });
  const { databaseId } = made.items[0].report;
  const again = await write(admin, { caseId, reports: [{ rawResponse: REPORT }] });
  expect(again).toMatchObject({ outcome: 'UNCHANGED', items: [{ report: { databaseId } }] });
  const numbered = await write(admin, { caseId, reports: [{ rawResponse: REPORT, reportId: 'levi-1' }] });
  expect(numbered).toMatchObject({ outcome: 'UPDATED', items: [{ report: { databaseId, reportId: 'levi-1' } }] });
  const other = await write(admin, { caseId, reports: [{ rawResponse: REPORT, reportId: 'levi-2' }] });
  expect(other.outcome).toBe('CREATED');
});

test('a report is matched by its number; what was read already is kept as it is given', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const parsedData = { finalPrice: '1.00' };
  const [first] = (await write(admin, { caseId, reports: [{ reportId: 'levi-1', rawResponse: REPORT, parsedData }] }))
    .items;
  expect(first.report.parsedData).toEqual(parsedData);
  const [linked] = (
    await write(admin, { caseId, reports: [{ reportId: 'levi-1', reportUrl: 'https://example.com/1' }] })
  ).items;
  expect(linked).toMatchObject({ outcome: 'UPDATED', report: { databaseId: first.report.databaseId, parsedData } });
  const [reread] = (await write(admin, { caseId, reports: [{ id: first.report.id, rawResponse: REPORT }] })).items;
  expect(reread.report.parsedData).toMatchObject({ finalPrice: '109971.00' });
});

test('a report of another plate is never attached to the case, and the others stand when the call is not atomic', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const before = await countRows(world.db);
  const reports = [
    { rawResponse: REPORT },
    { rawResponse: { ...REPORT, 'מספר רישוי': '900-12-346' } },
    { parsedData: { plate: '900-12-346' } },
    {},
    { reportId: '' },
    { reportId: 'twice', reportUrl: 'a' },
    { reportId: 'twice', reportUrl: 'b' },
    { id: randomUUID(), reportUrl: 'c' },
  ];
  const faults = [
    'PLATE_MISMATCH 1/rawResponse',
    'PLATE_MISMATCH 2/parsedData',
    'VALIDATION_FAILED 3/rawResponse',
    'VALIDATION_FAILED 4/reportId',
    'DUPLICATE 6',
    'NOT_FOUND 7/id',
  ];
  const refused = await write(admin, { caseId, reports });
  expect(refused.outcome).toBe('REJECTED');
  expect(faultsOf(refused)).toEqual(faults);
  expect(await countRows(world.db)).toEqual(before);
  const partly = await write(admin, { caseId, reports, atomic: false });
  expect(faultsOf(partly)).toEqual(faults);
  expect((await countRows(world.db))['public.levi_reports']).toBe(2);
});

test('a report that another case has is a duplicate, whether or not the caller sees that case; a foreign one is not there', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const assessor = await org.member('assessor');
  const { databaseId: first } = await openCase(admin);
  const { databaseId: second } = await openCase(assessor, { plate: '1234567' });
  const reports = [{ reportId: 'levi-1', reportUrl: 'a' }];
  const [theirs] = (await write(admin, { caseId: first, reports })).items;
  expect(faultsOf(await write(admin, { caseId: second, reports }))).toEqual(['DUPLICATE 0/reportId']);
  expect((await write(assessor, { caseId: second, reports })).userErrors).toMatchObject([
    { code: 'DUPLICATE', field: ['input', 'reports'] },
  ]);
  const foreigner = await (await world.org()).member('admin');
  const { databaseId: foreignCase } = await openCase(foreigner);
  expect((await write(foreigner, { caseId: foreignCase, reports })).outcome).toBe('CREATED');
  for (const id of [theirs.report.databaseId, randomUUID()])
    expect(faultsOf(await write(foreigner, { caseId: foreignCase, reports: [{ id, reportUrl: 'b' }] }))).toEqual([
      'NOT_FOUND 0/id',
    ]);
});

test('a report can not take the number of another of its case', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const reports = ['levi-1', 'levi-2'].map((reportId) => ({ reportId, reportUrl: reportId }));
  const [, second] = (await write(admin, { caseId, reports })).items;
  const taken = await write(admin, { caseId, reports: [{ id: second.report.databaseId, reportId: 'levi-1' }] });
  expect(faultsOf(taken)).toEqual(['DUPLICATE 0']);
});

test('the same report sent three times at once is there once; listed newest first with the statements of one case', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  for (let index = 0; index < 3; index++) {
    const { databaseId: caseId } = await openCase(admin, { plate: String(1_000_000 + index) });
    const reports = [{ reportUrl: 'old', rawResponse: { index } }, { reportId: `levi-${index}` }];
    const answers = await Promise.all([1, 2, 3].map(() => write(admin, { caseId, reports })));
    expect(answers.map((answer) => answer.outcome).sort()).toEqual(['CREATED', 'UNCHANGED', 'UNCHANGED']);
  }
  expect((await countRows(world.db))['public.levi_reports']).toBe(6);
  const list = (first: number) =>
    `{ cases(first: ${first}) { nodes { leviReports { totalCount nodes { reportUrl } } } } }`;
  const run = (first: number) =>
    statementsOf(
      () => admin.data(list(first)),
      (text) => text.includes('levi_reports'),
    );
  await run(3);
  expect((await run(3)).length).toBe((await run(1)).length);
  for (const { leviReports } of (await admin.data(list(3))).cases.nodes)
    expect(leviReports).toEqual({ totalCount: 2, nodes: [{ reportUrl: null }, { reportUrl: 'old' }] });
});
