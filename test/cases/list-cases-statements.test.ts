import { expect } from 'vitest';
import { openCase, save } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { statementsOf } from '../support/statements.ts';

/** A root field that no statement answers: the resolvers answer all of the query. One statement has nothing to count. */
const RESOLVED = '__schema { __typename }';

const LIST = /* GraphQL */ `
  query List($first: Int) {
    ${RESOLVED}
    cases(first: $first) {
      nodes { id plate status createdBy { name } assignedTo { name } helper { version label savedBy { name } savedAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;
const COUNTED = `query { ${RESOLVED} cases(first: 20) { totalCount nodes { id } } }`;
const VERSIONS = /* GraphQL */ `
  query Versions($id: ID!) {
    ${RESOLVED}
    case(id: $id) { helperVersions(first: 20) { nodes { version savedBy { name } } } }
  }
`;

const isAboutCases = (text: string) => /\bcases k\b|"cases"|public\.cases/.test(text);

function count(client: TestClient, document: string, variables: Record<string, unknown> = {}): Promise<string[]> {
  return statementsOf(() => client.data(document, variables), isAboutCases);
}

test('a list of cases with helper and names costs the same statements whatever the number of rows', async ({
  world,
}) => {
  const org = await world.org();
  const people = [await org.member('admin'), await org.member('admin'), await org.member('admin')];
  for (let index = 0; index < 20; index++) {
    const opener = people[index % 3]!;
    await openCase(opener, {
      plate: String(1_000_000 + index),
      helper: { index },
      assignedTo: people[(index + 1) % 3]!.userId,
    });
  }
  const admin = people[0]!;
  await count(admin, LIST, { first: 20 });
  const one = await count(admin, LIST, { first: 1 });
  const twenty = await count(admin, LIST, { first: 20 });
  // begin, identity, organisation, ids of the page, cases with their helpers, names, commit
  expect(twenty.length, twenty.join('\n')).toBe(7);
  expect(twenty.length).toBe(one.length);
});

test('totalCount costs its statement only where it is selected', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  await openCase(admin);
  const counts = async (document: string) =>
    (await count(admin, document)).filter((text) => /count\(/.test(text)).length;
  expect(await counts(COUNTED)).toBe(1);
  expect(await counts(COUNTED.replace('totalCount ', ''))).toBe(0);
});

test('a list of versions costs the same statements whatever the number of versions', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id } = await openCase(admin, { helper: {} });
  await count(admin, VERSIONS, { id });
  const one = await count(admin, VERSIONS, { id });
  for (let version = 1; version < 10; version++)
    await save(admin, { caseId: id, expectedVersion: version, helper: { version } });
  const ten = await count(admin, VERSIONS, { id });
  expect(one.length).toBeGreaterThan(5);
  expect(ten.length, ten.join('\n')).toBe(one.length);
});
