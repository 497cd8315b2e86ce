import { expect } from 'vitest';
import { listOperations } from '../../src/http/gateway/operations.ts';
import { schema } from '../../src/schema/index.ts';
import { CHANGED, FEED } from '../feed/documents.ts';
import { openCase, save } from '../support/cases.ts';
import type { StreamResult } from '../support/event-stream.ts';
import { test } from '../support/fixtures.ts';
import { rest } from '../support/rest.ts';
import { TestSocket } from '../support/socket.ts';

const NOWHERE = '00000000-0000-4000-8000-000000000000';
const CANARY = 'canary-live';

/** Every subscription field; one that is not listed fails the test. */
const SUBSCRIPTIONS = ['caseHelperChanged', 'feed'];

test('while two organisations work, each subscriber hears of his own alone, over every subscription', async ({
  world,
  task,
}) => {
  expect(Object.keys(schema.getSubscriptionType()!.getFields()).sort()).toEqual(SUBSCRIPTIONS);
  const [own, foreign] = [await world.org(), await world.org()];
  const [admin, theirs] = [await own.member('admin'), await foreign.member('admin')];
  const [mine, other] = [await openCase(admin, { helper: { n: 0 } }), await openCase(theirs, { helper: { n: 0 } })];
  const { cursor } = (await theirs.data('{ feedPage { cursor } }')).feedPage;
  const listeners = {
    admin,
    assistant: await own.member('assistant'),
    key: await own.apiKey(),
    'a user without organisation': await world.user(),
    nobody: world.anonymous(),
  };
  let [events, canaries] = [0, 0];
  for (const [name, listener] of Object.entries(listeners)) {
    const socket = await TestSocket.open(listener);
    // What is foreign is refused as what is nowhere, down to the words.
    for (const [document, here, nowhere] of [
      [CHANGED, { caseId: other.id }, { caseId: NOWHERE }],
      [FEED, { caseId: other.id }, { caseId: NOWHERE }],
      [FEED, { after: cursor }, { after: Buffer.from(`1|${NOWHERE}|${NOWHERE}|1`).toString('base64url') }],
    ] as const) {
      const [one, two] = [await refusal(socket, document, here), await refusal(socket, document, nowhere)];
      expect(one, name).toEqual(two);
    }
    if (!listener.token || name.startsWith('a user')) {
      await socket.close();
      continue;
    }
    const feed = socket.subscribe(FEED);
    const changed = socket.subscribe(CHANGED, { caseId: mine.id });
    const heard: StreamResult[] = [await feed.result(), await changed.result()];
    const { version } = (await admin.data(`{ case(id: "${mine.id}") { version } }`)).case;
    const theirVersion = (await theirs.data(`{ case(id: "${other.id}") { version } }`)).case.version;
    await save(theirs, { caseId: other.id, expectedVersion: theirVersion, helper: { n: CANARY + theirVersion } });
    await save(admin, { caseId: mine.id, expectedVersion: version, helper: { n: version } });
    heard.push(await feed.result(), await changed.result());
    expect(heard.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    const text = JSON.stringify(heard);
    expect(text).toContain(mine.id);
    const found = [CANARY, other.id, other.databaseId, foreign.id, theirs.userId].filter((word) => text.includes(word));
    expect(found, name).toEqual([]);
    events += heard.length;
    canaries += found.length;
    await socket.close();
  }
  task.meta.audit = { events, canaries };
});

test('every read of the gateway answers a foreign case as one that is nowhere, byte for byte', async ({
  world,
  task,
}) => {
  const [own, foreign] = [await world.org(), await world.org({ name: 'canary-org' })];
  const theirs = await foreign.member('admin');
  const opened = await openCase(theirs, { ownerName: CANARY, helper: { a: CANARY } });
  const strangers = {
    admin: await own.member('admin'),
    key: await own.apiKey(),
    'a user without organisation': await world.user(),
    nobody: world.anonymous(),
  };
  const reads = [...listOperations(schema).values()].filter(({ kind }) => kind === 'read');
  let [questions, canaries] = [0, 0];
  for (const [name, stranger] of Object.entries(strangers)) {
    const ask = async (path: string) => {
      const answer = await rest(stranger, 'GET', path, undefined, { 'x-request-id': 'the-same-request' });
      questions++;
      return { status: answer.status, text: settled(answer.text) };
    };
    const paths = [
      ...reads.map(({ name: operation, field }) => (id: string) => {
        const given = field.args.flatMap(({ name: argument }) => {
          const value = ARGUMENTS[argument]?.(id, field.name);
          return value === undefined ? [] : [[argument, value]];
        });
        return `/gateway/${operation}?${new URLSearchParams(given)}`;
      }),
      (id: string) => `/case/${id}/helper`,
      (id: string) => `/case/${id}/helper?version=1`,
      (id: string) => `/case/${id}/helper?pointer=/a`,
    ];
    for (const path of paths) {
      const [here, nowhere] = [await ask(path(opened.databaseId)), await ask(path(NOWHERE))];
      expect(here, `${path(NOWHERE)} by ${name}`).toEqual(nowhere);
      const found = [CANARY, 'canary-org', opened.databaseId, theirs.userId].filter((word) => here.text.includes(word));
      expect(found, `${path(NOWHERE)} by ${name}`).toEqual([]);
      canaries += found.length;
    }
  }
  task.meta.audit = { questions, canaries };
});

/** Arguments of reads by their names; what is not here is left out, and where it is needed both answers say so alike. */
const ARGUMENTS: Record<string, (id: string, field: string) => string | undefined> = {
  id: (id) => id,
  caseId: (id) => id,
  fromVersion: () => '0',
  toVersion: () => '1',
  pointers: () => '/a',
  query: () => CANARY,
  groupBy: () => 'INSURER',
};

/** Without what differs between any two moments. */
function settled(text: string): string {
  return text.replace(/"(until|secondsSinceLastEntry)":("[^"]*"|[\d.]+)/g, '"$1":null');
}

async function refusal(socket: TestSocket, document: string, variables: Record<string, unknown>) {
  const { message, extensions } = await socket.subscribe(document, variables).failure();
  return { message, code: extensions.code, field: extensions.field };
}
