import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import { expect } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { operationName, operationNames } from '../../src/schema/operation-names.ts';
import { FEED } from '../feed/documents.ts';
import { openCase, save, upsert } from '../support/cases.ts';
import { TestClient } from '../support/client.ts';
import { type Org, test, unlimitedTest, type World } from '../support/fixtures.ts';
import { rest } from '../support/rest.ts';
import { TestSocket } from '../support/socket.ts';
import { selectionsOf } from '../tenancy/crawl.ts';
import { call } from './organisation-calls.ts';

async function keyFor(world: World, org: Org, operations: string[]): Promise<TestClient> {
  const { key } = await call(await org.member('admin'), 'apiKeyCreate', { name: 'limited', operations });
  return new TestClient(world.server.url, key);
}

test('a key calls the operations it is made for, and no others, whatever it may do', async ({ world }) => {
  const org = await world.org();
  const opened = await openCase(await org.member('admin'));
  const key = await keyFor(world, org, ['case_helper.save_full', 'case.get']);
  const saved = await save(key, { caseId: opened.id, expectedVersion: 0, helper: { a: 1 } });
  expect(saved).toMatchObject({ ok: true, case: { version: 1 } });
  expect((await key.data(`{ case(id: "${opened.id}") { version } }`)).case.version).toBe(1);
  const refused = await upsert(key, { plate: '7654321' });
  expect(refused).toMatchObject({ ok: false, outcome: 'REJECTED', case: null, userErrors: [{ code: 'FORBIDDEN' }] });
  expect(refused.userErrors[0].message).toContain('case_helper.save_full');
  expect((await key.send(`{ node(id: "${opened.id}") { id } }`)).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
  ]);
});

test('an alias, a fragment or a second field does not get past it', async ({ world }) => {
  const org = await world.org();
  const opened = await openCase(await org.member('admin'));
  const key = await keyFor(world, org, ['case.get']);
  const own = `case(id: "${opened.id}") { id }`;
  for (const other of [
    'cases { totalCount }',
    'case2: cases { totalCount }',
    '... on Query { cases { totalCount } }',
  ]) {
    const answer = await key.send(`{ ${own} ${other} }`);
    expect(answer.errors, other).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(JSON.stringify(answer.data)).not.toContain('totalCount');
  }
  const both = await key.send(`mutation { a: caseUpsert(input: { plate: "7654321" }) { ok userErrors { code } } }`);
  expect(both.data.a).toEqual({ ok: false, userErrors: [{ code: 'FORBIDDEN' }] });
  expect(await world.db.query('select from cases')).toHaveLength(1);
});

test('subscriptions are operations too; the schema is everybody’s to read', async ({ world }) => {
  const org = await world.org();
  const without = await TestSocket.open(await keyFor(world, org, ['case.get']));
  expect((await without.subscribe(FEED).failure()).extensions.code).toBe('FORBIDDEN');
  await without.close();
  const following = await TestSocket.open(await keyFor(world, org, ['feed.get']));
  expect((await following.subscribe(FEED).event()).__typename).toBe('FeedReady');
  await following.close();
  const key = await keyFor(world, org, ['case.get']);
  expect((await key.data('{ __typename __schema { queryType { name } } }')).__schema.queryType.name).toBe('Query');
});

test('the gateway and the edge functions of Make know the same limits, with the status for them', async ({ world }) => {
  const org = await world.org();
  const opened = await openCase(await org.member('admin'));
  const key = await keyFor(world, org, ['case.get']);
  expect(await rest(key, 'GET', `/gateway/case.get?id=${opened.databaseId}`)).toMatchObject({
    status: 200,
    body: { ok: true, data: { plate: opened.plate } },
  });
  const refused = [
    await rest(key, 'POST', '/gateway/case.upsert', { plate: '7654321' }),
    await rest(key, 'GET', '/gateway/cases.list'),
    await rest(key, 'POST', '/gateway/api_key.create', { name: 'more' }),
    await rest(key, 'GET', `/case/${opened.databaseId}/helper`),
  ];
  for (const { status, body } of refused) {
    expect(status).toBe(403);
    expect(JSON.stringify(body)).toContain('not made for');
  }
  expect(await world.db.query('select from cases')).toHaveLength(1);
});

unlimitedTest('every query and every mutation of the API asks first', async ({ world }) => {
  const key = await keyFor(world, await world.org(), ['feed.get']);
  for (const field of Object.values(schema.getQueryType()!.getFields())) {
    const args = field.args.filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined);
    const given = args.length > 0 ? `(${args.map(({ name, type }) => `${name}: ${literalOf(type)}`).join(', ')})` : '';
    const answer = await key.send(`{ ${field.name}${given} ${selectionsOf(field.name, 1)[0]} }`);
    expect(answer.errors, field.name).toMatchObject([{ extensions: { code: 'FORBIDDEN' }, path: [field.name] }]);
    expect(answer.errors![0]!.message, field.name).toContain('not made for');
  }
  for (const field of Object.values(schema.getMutationType()!.getFields())) {
    const input = literalOf(field.args[0]!.type);
    const payload = (await key.data(`mutation { ${field.name}(input: ${input}) { ok userErrors { code message } } }`))[
      field.name
    ];
    expect(payload, field.name).toMatchObject({ ok: false, userErrors: [{ code: 'FORBIDDEN' }] });
    expect(payload.userErrors[0].message, field.name).toContain('not made for');
  }
});

test('every field of the API has a name that a key can be made for; node and nodes, which are anything, have none', () => {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const fields = roots.flatMap((root) => Object.keys(root!.getFields()));
  expect(fields.filter((field) => operationName(field) === null)).toEqual(['node', 'nodes']);
  expect(operationNames(schema).size).toBe(fields.length - 2);
});

/** The least that an argument of the type takes. */
function literalOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(type.ofType);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const needed = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) && field.defaultValue === undefined,
    );
    return `{ ${needed.map((field) => `${field.name}: ${literalOf(field.type)}`).join(', ')} }`;
  }
  if (['Int', 'Float', 'Boolean'].includes(type.name)) return type.name === 'Boolean' ? 'true' : '1';
  if (type.name === 'DateTime') return '"2030-01-01T00:00:00Z"';
  if (type.name === 'Date') return '"2030-01-01"';
  if (type.name === 'Decimal') return '"1"';
  return '"6513270e-269e-4d37-b2a7-4de452e6b438"';
}
