import { expect } from 'vitest';
import { createCasegraphClient } from '../../src/client/client.ts';
import { CaseHelperDocument } from '../../src/client/generated/operations.ts';
import { openCase, sampleHelper } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { openClient } from './watching.ts';

test('a request answers the data of its document, typed', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const { id: caseId } = await openCase(admin, { helper: sampleHelper() });
  const client = openClient(admin, { url: `${admin.url}/graphql`, orgId: org.id });
  const answer = await client.request(CaseHelperDocument, { caseId });
  const version: number | undefined = answer.case?.helper?.version;
  expect([version, answer.case?.helper?.helperJson]).toEqual([1, sampleHelper()]);
});

test.for([
  ['a document that fits no schema', '{ nothing }', {}, 'VALIDATION_FAILED', false],
  ['an argument that is none', 'query ($id: ID) { case(id: $id) { id } }', { id: 'x' }, 'VALIDATION_FAILED', false],
] as const)(
  '%s: the error carries code, request id and whether to try again',
  async ([, query, variables, code, retryable], { world }) => {
    const admin = await (await world.org()).member('admin');
    const error = await openClient(admin)
      .request(query, variables)
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ name: 'CasegraphError', code, retryable, requestId: expect.stringMatching(/.{8}/) });
  },
);

test('no server, and one that is not casegraph, are told apart from refusals', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const asked = (url: string) =>
    openClient(admin, { url })
      .request('{ viewer { role } }', {})
      .catch((cause: unknown) => cause);
  expect(await asked('http://127.0.0.1:1')).toMatchObject({ code: 'NETWORK', retryable: true });
  expect(await asked(`${admin.url}/health`)).toMatchObject({ code: 'BAD_ANSWER', retryable: false });
});

test('a token that is refused is asked for anew, once, and the application is told which one it was', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const asked: (string | null)[] = [];
  const client = openClient(admin, {
    getToken: async (refused) => {
      asked.push(refused);
      return refused ? admin.token : 'expired';
    },
  });
  expect(await client.request('{ viewer { role } }', {})).toEqual({ viewer: expect.anything() });
  expect(asked).toEqual([null, 'expired']);
  const hopeless = openClient(admin, { getToken: () => 'expired' });
  await expect(hopeless.request('{ viewer { role } }', {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a client that can not work says at once what to pass', () => {
  const url = 'http://127.0.0.1:4000';
  expect(() => createCasegraphClient({ url })).toThrow('Pass either `token`');
  expect(() => createCasegraphClient({ url: 'casegraph', token: 't' })).toThrow('`url` is where casegraph is');
  expect(() => createCasegraphClient({ url: 'ws://127.0.0.1', token: 't' })).toThrow('begins with http:// or https://');
  expect(() => createCasegraphClient({ url, token: 't', orgId: 'acme' })).toThrow('`orgId` is the UUID');
});

test.runIf(!('WebSocket' in globalThis))(
  'without a WebSocket class a watch says which one to pass; requests need none',
  async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const client = createCasegraphClient({ url: admin.url, token: admin.token! });
    expect(() => client.watchCase({ caseId: 'any' })).toThrow("pass ws's WebSocket, as `webSocket: WebSocket`");
    expect(await client.request('{ viewer { role } }', {})).toEqual({ viewer: expect.anything() });
  },
);
