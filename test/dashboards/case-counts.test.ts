import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { type Org, test, type World } from '../support/fixtures.ts';
import { statementsOf } from '../support/statements.ts';
import { moveTime, plant } from './plant.ts';

const COUNTS = /* GraphQL */ `
  query Counts($groupBy: CaseGroup!, $filter: CaseFilter, $first: Int) {
    caseCounts(groupBy: $groupBy, filter: $filter, first: $first) {
      total groupCount groups { key label count activeCount }
    }
  }
`;
const LIST =
  'query ($filter: CaseFilter) { cases(filter: $filter, first: 200) { totalCount nodes { plate isActive } } }';
const GROUPS = ['STATUS', 'ASSIGNEE', 'GARAGE', 'INSURER', 'DAMAGE_TYPE', 'MONTH'];

const helper = (garage: string, insurer: string, damageType?: string) => ({
  stakeholders: { garage: { name: garage }, insurance: { company: insurer } },
  ...(damageType ? { case_info: { damage_type: damageType } } : {}),
});

const counts = async (client: TestClient, variables: Record<string, unknown>) =>
  (await client.data(COUNTS, variables)).caseCounts;

interface Line {
  readonly groupBy: string;
  readonly key: string | null;
  readonly count: number;
  readonly activeCount: number;
}

async function fillOffice(world: World, org: Org) {
  const admin = await org.member('admin');
  const dana = await org.member('assessor', { email: `dana@${org.id}.example.com` });
  const avi = await org.member('assessor', { email: `avi@${org.id}.example.com` });
  const open = (plate: string, input: Record<string, unknown> = {}) => openCase(admin, { plate, ...input });
  await open('10001', { assignedTo: dana.userId, helper: helper('מוסך הצפון', 'הראל', 'תאונה') });
  await open('10002', {
    assignedTo: dana.userId,
    status: 'IN_PROGRESS',
    helper: helper('מוסך הצפון', 'מגדל', 'תאונה'),
  });
  await open('10003', {
    assignedTo: avi.userId,
    status: 'AWAITING_PAYMENT',
    helper: helper('O\'Neil & "Sons"', 'הראל'),
  });
  await open('10004', { status: 'CLOSED', helper: helper('מוסך הצפון', 'הראל', 'פריצה') });
  const bare = await open('10005', { status: 'IN_PROGRESS' });
  await plant(world.db, 'invoices', org.id, { case_id: bare.databaseId, status: 'SENT' });
  await moveTime(world.db, 'public.cases', "created_at = '2025-12-31T22:30:00Z'", "plate = '10001'");
  await moveTime(world.db, 'public.cases', "created_at = '2025-12-31T21:30:00Z'", "plate = '10002'");
  await moveTime(
    world.db,
    'public.cases',
    "created_at = '2026-01-20T12:00:00Z'",
    "plate in ('10003', '10004', '10005')",
  );
  return { admin, dana, avi };
}

test('a count and the cases behind it agree, for every group, under every filter, for everybody', async ({ world }) => {
  const org = await world.org();
  const { admin, dana } = await fillOffice(world, org);
  const filters = [
    {},
    { isActive: true },
    { unpaid: true },
    { missingInvoice: true },
    { hasHelper: false },
    { search: 'הראל' },
    { helper: [{ pointer: '/stakeholders/insurance/company', equals: 'הראל' }] },
    { groups: [{ groupBy: 'INSURER', key: 'הראל' }], isActive: true },
  ];
  for (const client of [admin, dana, await org.apiKey()])
    for (const filter of filters) {
      const title = JSON.stringify(filter);
      const { list, ...byGroup } = await client.data(
        `query ($filter: CaseFilter) { list: cases(filter: $filter) { totalCount }
           ${GROUPS.map((name) => `${name}: caseCounts(groupBy: ${name}, filter: $filter) { total groupCount groups { key count activeCount } }`).join(' ')} }`,
        { filter },
      );
      const lines: Line[] = Object.entries(byGroup as Record<string, { groups: Omit<Line, 'groupBy'>[] }>).flatMap(
        ([groupBy, { groups }]) => groups.map((line) => ({ ...line, groupBy })),
      );
      for (const groupBy of GROUPS) {
        const mine = lines.filter((line) => line.groupBy === groupBy);
        const total = mine.reduce((sum, line) => sum + line.count, 0);
        expect(byGroup[groupBy], `${groupBy} of ${title}`).toMatchObject({ total, groupCount: mine.length });
        expect(total, `${groupBy} of ${title}`).toBe(list.totalCount);
      }
      if (lines.length === 0) continue;
      const behind = await client.data(
        `query (${lines.map((_, index) => `$f${index}: CaseFilter`)}) {
           ${lines.map((_, index) => `l${index}: cases(filter: $f${index}) { totalCount nodes { isActive } }`).join(' ')} }`,
        Object.fromEntries(
          lines.map(({ groupBy, key }, index) => [
            `f${index}`,
            { ...filter, groups: [...(filter.groups ?? []), { groupBy, key }] },
          ]),
        ),
      );
      expect(
        lines.map((_, index) => {
          const { totalCount, nodes } = behind[`l${index}`];
          return [totalCount, nodes.length, nodes.filter((node: { isActive: boolean }) => node.isActive).length];
        }),
        title,
      ).toEqual(lines.map(({ count, activeCount }) => [count, count, activeCount]));
    }
});

test('the largest group comes first, each with a label for people, and cases that have none are a group too', async ({
  world,
}) => {
  const { admin, dana, avi } = await fillOffice(world, await world.org());
  expect(await counts(admin, { groupBy: 'STATUS' })).toEqual({
    total: 5,
    groupCount: 4,
    groups: [
      { key: 'IN_PROGRESS', label: 'בטיפול', count: 2, activeCount: 2 },
      { key: 'AWAITING_PAYMENT', label: 'מחכה לתשלום', count: 1, activeCount: 1 },
      { key: 'CLOSED', label: 'סגור', count: 1, activeCount: 0 },
      { key: 'OPEN', label: 'פתוח', count: 1, activeCount: 1 },
    ],
  });
  const assignees = (await counts(admin, { groupBy: 'ASSIGNEE' })).groups;
  expect(new Set(assignees.map((group: object) => JSON.stringify(group)))).toEqual(
    new Set(
      [
        { key: dana.userId, label: 'dana', count: 2, activeCount: 2 },
        { key: null, label: null, count: 2, activeCount: 1 },
        { key: avi.userId, label: 'avi', count: 1, activeCount: 1 },
      ].map((group) => JSON.stringify(group)),
    ),
  );
  expect((await counts(admin, { groupBy: 'GARAGE' })).groups).toEqual([
    { key: 'מוסך הצפון', label: 'מוסך הצפון', count: 3, activeCount: 2 },
    { key: 'O\'Neil & "Sons"', label: 'O\'Neil & "Sons"', count: 1, activeCount: 1 },
    { key: null, label: null, count: 1, activeCount: 1 },
  ]);
});

test("months follow the organisation's clock and stand in the order of time; cut short, the latest stay", async ({
  world,
}) => {
  const org = await world.org();
  const { admin } = await fillOffice(world, org);
  const months = async (variables = {}) =>
    (await counts(admin, { groupBy: 'MONTH', ...variables })).groups.map(
      ({ key, count }: { key: string; count: number }) => [key, count],
    );
  expect(await months()).toEqual([
    ['2025-12', 1],
    ['2026-01', 4],
  ]);
  expect(await counts(admin, { groupBy: 'MONTH', first: 1 })).toMatchObject({
    total: 5,
    groupCount: 2,
    groups: [{ key: '2026-01' }],
  });
  await world.db.query("update public.orgs set time_zone = 'America/New_York' where id = $1", [org.id]);
  expect(await months()).toEqual([
    ['2025-12', 2],
    ['2026-01', 3],
  ]);
});

test('everybody counts what he may see: an assessor his own cases, a stranger none', async ({ world }) => {
  const org = await world.org();
  const { dana } = await fillOffice(world, org);
  await fillOffice(world, await world.org());
  expect(await counts(dana, { groupBy: 'GARAGE' })).toEqual({
    total: 2,
    groupCount: 1,
    groups: [{ key: 'מוסך הצפון', label: 'מוסך הצפון', count: 2, activeCount: 2 }],
  });
  expect((await counts(await org.member('assistant'), { groupBy: 'STATUS' })).total).toBe(5);
  expect((await counts(await org.member('assessor'), { groupBy: 'STATUS' })).total).toBe(0);
  const outsider = await (await world.org()).member('admin');
  expect(await counts(outsider, { groupBy: 'ASSIGNEE' })).toEqual({ total: 0, groupCount: 0, groups: [] });
  const nobody = await (await world.user()).send(COUNTS, { groupBy: 'STATUS' });
  expect(nobody.errors![0]!.extensions.code).toBe('FORBIDDEN');
});

test('what can not be asked is refused by its name, and a key that is none finds nothing', async ({ world }) => {
  const { admin } = await fillOffice(world, await world.org());
  const group = { groupBy: 'GARAGE', key: 'x' };
  const refused: [variables: Record<string, unknown>, field: string[]][] = [
    [{ first: 0 }, ['first']],
    [{ first: -1 }, ['first']],
    [{ first: 1001 }, ['first']],
    [{ filter: { staleDays: 0 } }, ['filter', 'staleDays']],
    [{ filter: { staleDays: 3651 } }, ['filter', 'staleDays']],
    [{ filter: { groups: Array(11).fill(group) } }, ['filter', 'groups']],
    [{ filter: { groups: [group, { ...group, key: 'a\0b' }] } }, ['filter', 'groups', '1', 'key']],
    [{ filter: { groups: [{ ...group, key: 'x'.repeat(301) }] } }, ['filter', 'groups', '0', 'key']],
  ];
  for (const [variables, field] of refused) {
    const { errors } = await admin.send(COUNTS, { groupBy: 'STATUS', ...variables });
    expect(errors![0]!.extensions, JSON.stringify(variables)).toMatchObject({ code: 'VALIDATION_FAILED', field });
  }
  for (const groupBy of GROUPS)
    for (const key of ['', 'nowhere', "'; select 1 --", '%', '2026-13']) {
      const { cases } = await admin.data(LIST, { filter: { groups: [{ groupBy, key }] } });
      expect(cases.totalCount, `${groupBy} ${key}`).toBe(0);
    }
  const unknown = await admin.send(COUNTS, { groupBy: 'OWNER' });
  expect(unknown.errors).toHaveLength(1);
});

test('whatever is counted by, it takes one statement', async ({ world }) => {
  const { admin } = await fillOffice(world, await world.org());
  for (const groupBy of GROUPS) {
    const sent = await statementsOf(
      () => counts(admin, { groupBy, filter: { unpaid: true } }),
      (text) => text.includes('cases k'),
    );
    // begin, identity, organisation, the counts, commit
    expect(sent.length, sent.join('\n')).toBe(5);
  }
});
