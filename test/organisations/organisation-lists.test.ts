import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { statementsOf } from '../support/statements.ts';
import { call } from './organisation-calls.ts';

test('members, invitations, keys and shares are pages with cursors and totals', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  for (const role of ['assessor', 'assistant'] as const) await org.member(role);
  for (const name of ['one', 'two', 'three']) {
    await call(admin, 'apiKeyCreate', { name });
    await call(admin, 'memberInvite', { role: 'ASSESSOR', note: name });
  }
  const page = 'totalCount pageInfo { hasNextPage endCursor }';
  const first = await admin.data(`{ members(first: 2) { ${page} nodes { role } }
    invitations(first: 2) { ${page} nodes { note } } apiKeys(first: 2) { ${page} nodes { name } } }`);
  expect(first.members).toMatchObject({ totalCount: 3, nodes: [{ role: 'ADMIN' }, { role: 'ASSESSOR' }] });
  expect(first.invitations).toMatchObject({ totalCount: 3, nodes: [{ note: 'three' }, { note: 'two' }] });
  expect(first.apiKeys).toMatchObject({
    totalCount: 3,
    pageInfo: { hasNextPage: true },
    nodes: [{ name: 'three' }, { name: 'two' }],
  });
  const next = await admin.data(
    `{ members(first: 2, after: "${first.members.pageInfo.endCursor}") { ${page} nodes { role } }
       invitations(first: 2, after: "${first.invitations.pageInfo.endCursor}") { nodes { note } }
       apiKeys(first: 2, after: "${first.apiKeys.pageInfo.endCursor}") { nodes { name } } }`,
  );
  expect(next).toMatchObject({
    members: { pageInfo: { hasNextPage: false }, nodes: [{ role: 'ASSISTANT' }] },
    invitations: { nodes: [{ note: 'one' }] },
    apiKeys: { nodes: [{ name: 'one' }] },
  });
  const bad = await admin.send('{ members(first: 0) { totalCount } }');
  expect(bad.errors).toMatchObject([{ extensions: { code: 'VALIDATION_FAILED' } }]);
});

test('each row can be read again by its id, by whom it is for', async ({ world }) => {
  const org = await world.org();
  const [admin, assistant] = [await org.member('admin'), await org.member('assistant')];
  const opened = await openCase(admin);
  const ids: Record<string, string> = {
    ApiKey: (await call(admin, 'apiKeyCreate', { name: 'key' })).apiKey.id,
    Invitation: (await call(admin, 'memberInvite', { role: 'ASSESSOR' })).invitation.id,
    Member: (await admin.data('{ members { nodes { id } } }')).members.nodes[0].id,
    CaseCollaborator: (await call(admin, 'caseShare', { caseId: opened.id, userId: assistant.userId })).collaborator.id,
    Organisation: (await admin.data('{ org { id } }')).org.id,
  };
  const stranger = await (await world.org()).member('admin');
  for (const [type, id] of Object.entries(ids)) {
    const read = `{ node(id: "${id}") { __typename id } }`;
    expect((await admin.data(read)).node).toEqual({ __typename: type, id });
    expect((await assistant.data(read)).node !== null, type).toBe(!['ApiKey', 'Invitation'].includes(type));
    expect((await stranger.data(read)).node).toBeNull();
  }
});

test('the feed tells each change with its row, and keys and invitations as rows to administrators only', async ({
  world,
}) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  await call(admin, 'apiKeyCreate', { name: 'canary-key' });
  await call(admin, 'memberInvite', { role: 'ASSESSOR', note: 'canary-note' });
  await call(admin, 'orgUpdate', { timeZone: 'UTC' });
  const page = `{ feedPage(first: 200) { changes { entity node { __typename
    ... on ApiKey { name } ... on Invitation { note } ... on Organisation { timeZone } ... on Member { role } } } } }`;
  const told = (await admin.data(page)).feedPage.changes;
  expect(told).toContainEqual({ entity: 'api_keys', node: { __typename: 'ApiKey', name: 'canary-key' } });
  expect(told).toContainEqual({ entity: 'org_invitations', node: { __typename: 'Invitation', note: 'canary-note' } });
  expect(told).toContainEqual({ entity: 'orgs', node: { __typename: 'Organisation', timeZone: 'UTC' } });
  expect(told).toContainEqual({ entity: 'user_orgs', node: { __typename: 'Member', role: 'ASSESSOR' } });
  const others = await assessor.data(page);
  expect(JSON.stringify(others)).not.toContain('canary');
  expect(others.feedPage.changes).toContainEqual({ entity: 'api_keys', node: null });
});

test('invitations and keys are told FORBIDDEN to whom they are not for; members and the organisation to every member', async ({
  world,
}) => {
  const org = await world.org({ access: 'OPEN' });
  const key = await org.apiKey(['org.read', 'case.read']);
  for (const caller of [await org.member('assessor'), await org.member('assistant'), key]) {
    for (const list of ['invitations', 'apiKeys'])
      expect((await caller.send(`{ ${list} { totalCount nodes { id } } }`)).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ]);
    const seen = await caller.data('{ org { name } members { totalCount } }');
    expect(seen.org.name).toBe(org.name);
    expect(seen.members.totalCount).toBeGreaterThan(0);
  }
  const blind = await org.apiKey(['case.read']);
  expect(await blind.data('{ org { name } members { totalCount } }')).toEqual({
    org: null,
    members: { totalCount: 0 },
  });
});

test('a list of fifty members costs the statements of a list of one', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const query = '{ members(first: 200) { totalCount nodes { id role user { name } } } }';
  const count = async () =>
    (
      await statementsOf(
        () => admin.data(query),
        (text) => /user_orgs r/.test(text),
      )
    ).length;
  const one = await count();
  expect(one).toBeGreaterThan(3);
  for (let index = 0; index < 49; index++) await org.member('assistant');
  expect(await count()).toBe(one);
});
