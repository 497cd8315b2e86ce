import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import { type Member, test } from '../support/fixtures.ts';
import { statementsOf } from '../support/statements.ts';
import { call, PARTS_REQUIRED, PARTS_RESULTS, SELECTED_PARTS } from './calls.ts';

/** A case with three parts, two searches and two picked parts. */
async function openWithParts(admin: Member, plate: string): Promise<string> {
  const { databaseId: caseId } = await openCase(admin, { plate });
  await call(admin, PARTS_REQUIRED, {
    caseId,
    parts: [
      { partName: 'a', damageCenterCode: 'dc_1', unitPrice: '100.00', quantity: 2 },
      { partName: 'b', damageCenterCode: 'dc_2', unitPrice: '0.10' },
      { partName: 'c', damageCenterCode: 'dc_2', unitPrice: '5000', status: 'CANCELLED' },
      { partName: 'd' },
    ],
  });
  for (const words of ['first', 'second'])
    await call(admin, PARTS_RESULTS, {
      caseId,
      searchContext: { words },
      results: ['x', 'y'].map((supplier) => ({ supplier, results: [words] })),
    });
  await call(admin, SELECTED_PARTS, {
    caseId,
    parts: [
      { dataSource: 'WEB', partName: 'a', damageCenterCode: 'dc_1' },
      { dataSource: 'OCR', partName: 'b', status: 'REMOVED' },
    ],
  });
  return caseId;
}

const FIELDS = /* GraphQL */ `
  partsTotalCost
  partsRequired(first: 2) { totalCount nodes { partName case { plate } } pageInfo { hasNextPage } }
  second: partsRequired(damageCenterCode: "dc_2", status: "PENDING") { nodes { partName } }
  partsSearchSessions { nodes { searchContext results(first: 1) { totalCount nodes { supplier } } y: results(supplier: "y") { nodes { results } } } }
  selectedParts { nodes { partName } }
  web: selectedParts(dataSource: WEB, status: SELECTED, damageCenterCode: "dc_1") { nodes { partName } }
`;

test('the parts of many cases are listed and summed with the statements of one', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  for (let index = 0; index < 4; index++) await openWithParts(admin, String(1_000_000 + index));
  const list = (first: number) => `{ cases(first: ${first}) { nodes { ${FIELDS} } } }`;
  const run = (first: number) =>
    statementsOf(
      () => admin.data(list(first)),
      (text) => text.includes('parts_required'),
    );
  await run(4);
  const four = await run(4);
  expect(four.length, four.map((text) => text.slice(0, 150)).join('\n')).toBe((await run(1)).length);
  const { cases } = await admin.data(list(4));
  expect(cases.nodes).toHaveLength(4);
  for (const one of cases.nodes)
    expect(one).toMatchObject({
      partsTotalCost: '200.10',
      partsRequired: { totalCount: 4, nodes: [{ partName: 'a' }, { partName: 'b' }], pageInfo: { hasNextPage: true } },
      second: { nodes: [{ partName: 'b' }] },
      partsSearchSessions: {
        nodes: [
          { searchContext: { words: 'second' }, results: { totalCount: 2, nodes: [{ supplier: 'x' }] } },
          { searchContext: { words: 'first' }, y: { nodes: [{ results: ['first'] }] } },
        ],
      },
      selectedParts: { nodes: [{ partName: 'a' }, { partName: 'b' }] },
      web: { nodes: [{ partName: 'a' }] },
    });
});

test('a case without parts costs 0.00', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id } = await openCase(admin);
  const answer = await admin.data(
    'query ($id: ID!) { case(id: $id) { partsTotalCost partsRequired { totalCount } } }',
    { id },
  );
  expect(answer.case).toEqual({ partsTotalCost: '0.00', partsRequired: { totalCount: 0 } });
});

test('the feed tells of a part with its type, and the part can be read again by its id', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  await call(admin, PARTS_REQUIRED, { caseId, parts: [{ partName: 'door' }] });
  await call(admin, SELECTED_PARTS, { caseId, parts: [{ dataSource: 'WEB', partName: 'door' }] });
  await call(admin, PARTS_RESULTS, { caseId, results: [{ results: [1] }] });
  const { feedPage } = await admin.data(
    'query ($id: ID!) { feedPage(caseId: $id) { changes { entityId node { __typename id } } } }',
    {
      id: caseId,
    },
  );
  const nodes = feedPage.changes.slice(1).map((change: { node: { __typename: string; id: string } }) => change.node);
  expect(nodes.map((node: { __typename: string }) => node.__typename)).toEqual([
    'PartRequired',
    'SelectedPart',
    'PartsSearchSession',
    'PartsSearchResult',
  ]);
  const ids = nodes.map((node: { id: string }) => node.id);
  expect((await admin.data('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids })).nodes).toEqual(
    nodes,
  );
});
