import { expect } from 'vitest';
import { bulkWriter, faultsOf } from '../support/bulk.ts';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';
import { statementsOf } from '../support/statements.ts';

const upsertReports = bulkWriter(
  'reportsUpsert',
  'report { databaseId reportType reportTypeLabel variant status version isCurrent title storageKey helperVersion metadata }',
);

test('the database numbers the reports of each type from 1, whoever sends them at once', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const call = (index: number) =>
    upsertReports(admin, {
      caseId,
      reports: [
        { reportType: 'ESTIMATE', storageKey: `reports/e${index}a` },
        { reportType: 'EXPERTISE', storageKey: `reports/x${index}` },
        { reportType: 'ESTIMATE', storageKey: `reports/e${index}b` },
      ],
    });
  const answers = await Promise.all(Array.from({ length: 5 }, (_, index) => call(index)));
  const reports = answers.flatMap((answer) => answer.items.map((item: { report: object }) => item.report));
  const versions = (type: string) =>
    reports
      .filter((report) => report.reportType === type)
      .map((report) => report.version)
      .sort((a, b) => a - b);
  expect(versions('ESTIMATE')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(versions('EXPERTISE')).toEqual([1, 2, 3, 4, 5]);
  // In the order sent.
  for (const { items } of answers) expect(items[2].report.version).toBe(items[0].report.version + 1);
});

test('a report is matched by id, else by its key; it keeps its type, its number and that it is final', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const made = await upsertReports(admin, {
    caseId,
    reports: [{ reportType: 'FINAL_REPORT', variant: 'TOTAL_LOSS', storageKey: 'reports/1.pdf', title: 'דוח' }],
  });
  const { databaseId: id } = made.items[0].report;
  expect(made.items[0].report).toMatchObject({ status: 'DRAFT', version: 1, reportTypeLabel: 'חוות דעת סופית' });
  const final = await upsertReports(admin, {
    caseId,
    reports: [{ storageKey: 'reports/1.pdf', status: 'FINAL', helperVersion: 4, metadata: { pages: 3 } }],
  });
  expect(final.items[0]).toMatchObject({
    outcome: 'UPDATED',
    report: { databaseId: id, variant: 'TOTAL_LOSS', title: 'דוח', status: 'FINAL', version: 1, helperVersion: 4 },
  });
  const back = await upsertReports(admin, {
    caseId,
    reports: [{ id, status: 'DRAFT' }],
  });
  expect(faultsOf(back)).toEqual([['VALIDATION_FAILED', ['0', 'status']]]);
  const retyped = await upsertReports(admin, { caseId, reports: [{ id, reportType: 'ESTIMATE' }] });
  expect(faultsOf(retyped)).toEqual([['VALIDATION_FAILED', ['0', 'reportType']]]);
  const same = await upsertReports(admin, { caseId, reports: [{ id, reportType: 'FINAL_REPORT', status: 'FINAL' }] });
  expect(same.outcome).toBe('UNCHANGED');
  await expect(world.db.query("update public.reports set status = 'DRAFT'")).rejects.toThrow('stays final');
});

test('only a final report has a variant, and a new report needs its type', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const before = await countRows(world.db);
  const refused = await upsertReports(admin, {
    caseId,
    reports: [
      { reportType: 'ESTIMATE', variant: 'PRIVATE' },
      { storageKey: 'reports/new.pdf' },
      { reportType: 'OTHER', helperVersion: 0 },
      { id: '00000000-0000-4000-8000-000000000000', status: 'FINAL' },
    ],
  });
  expect(faultsOf(refused)).toEqual([
    ['VALIDATION_FAILED', ['0', 'variant']],
    ['VALIDATION_FAILED', ['1', 'reportType']],
    ['VALIDATION_FAILED', ['2', 'helperVersion']],
    ['NOT_FOUND', ['3', 'id']],
  ]);
  expect(await countRows(world.db)).toEqual(before);
  const unknown = await admin.send(
    `mutation { reportsUpsert(input: { caseId: "${caseId}", reports: [{ reportType: LETTER }] }) { ok } }`,
  );
  expect(unknown.errors).toHaveLength(1);
  const estimate = await upsertReports(admin, { caseId, reports: [{ reportType: 'ESTIMATE', storageKey: 'e' }] });
  expect(estimate.ok).toBe(true);
  const late = await upsertReports(admin, { caseId, reports: [{ storageKey: 'e', variant: 'PRIVATE' }] });
  expect(faultsOf(late)).toEqual([['VALIDATION_FAILED', ['0', 'variant']]]);
});

test('the current reports are the newest of each type and status: a later draft does not displace what is final', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const cases: string[] = [];
  for (const plate of ['1234567', '1234568', '1234569']) {
    const { databaseId: caseId } = await openCase(admin, { plate });
    cases.push(caseId);
    for (const [title, reportType, status] of [
      ['e1', 'ESTIMATE', 'FINAL'],
      ['e2', 'ESTIMATE', 'FINAL'],
      ['e3', 'ESTIMATE', 'DRAFT'],
      ['x1', 'EXPERTISE', 'DRAFT'],
    ])
      await upsertReports(admin, { caseId, reports: [{ title, reportType, status, storageKey: title }] });
  }
  const titles = async (args: string) => {
    const found = await admin.data(
      `query ($id: ID!) { case(id: $id) { reports${args} { totalCount nodes { title isCurrent } } } }`,
      { id: cases[0] },
    );
    expect(found.case.reports.totalCount).toBe(found.case.reports.nodes.length);
    return found.case.reports.nodes.map((node: { title: string; isCurrent: boolean }) => [node.title, node.isCurrent]);
  };
  expect(await titles('')).toEqual([
    ['x1', true],
    ['e3', true],
    ['e2', true],
    ['e1', false],
  ]);
  expect(await titles('(current: true, reportType: ESTIMATE)')).toEqual([
    ['e3', true],
    ['e2', true],
  ]);
  expect(await titles('(current: false)')).toEqual([['e1', false]]);
  expect(await titles('(status: FINAL)')).toEqual([
    ['e2', true],
    ['e1', false],
  ]);
  const run = (first: number) =>
    statementsOf(
      () => admin.data(`{ cases(first: ${first}) { nodes { reports { nodes { isCurrent } } } } }`),
      (text) => text.includes('reports'),
    );
  await run(3);
  expect((await run(3)).length).toBe((await run(1)).length);
});
