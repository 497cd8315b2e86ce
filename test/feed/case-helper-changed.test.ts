import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import type { PatchOperation } from '../../src/json/json-patch.ts';
import type { JsonObject } from '../../src/json/json-value.ts';
import { openCase, sampleHelper, save } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import type { EventStream } from '../support/event-stream.ts';
import { test } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';
import { openEventSource } from '../support/sse.ts';
import { applyPatch } from './apply-patch.ts';
import { CHANGED } from './documents.ts';

type Subscribe = (client: TestClient, query: string, variables: Record<string, unknown>) => Promise<EventStream>;

const TRANSPORTS: Record<string, Subscribe> = {
  WebSocket: async (client, query, variables) => (await TestSocket.open(client)).subscribe(query, variables),
  'server-sent events': async (client, query, variables) => openEventSource(client, query, variables),
};

describe.each(Object.entries(TRANSPORTS))('caseHelperChanged over %s', (_, subscribe) => {
  test('Ready first, then the versions after the one the client has, then each new one', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const opened = await openCase(admin, { helper: { a: 1 } });
    await save(admin, { caseId: opened.id, expectedVersion: 1, helper: { a: 2 } });
    const stream = await subscribe(admin, CHANGED, { caseId: opened.id, afterVersion: 0 });
    expect(await stream.event()).toMatchObject({ __typename: 'FeedReady', currentVersion: 2 });
    expect(await stream.event()).toMatchObject({
      __typename: 'HelperVersionSaved',
      version: 1,
      previousVersion: 0,
      changedPaths: ['/a'],
      // The event is about its own version, whatever has been saved since.
      helper: { version: 1, isCurrent: false, helperJson: { a: 1 }, savedBy: { kind: 'USER', id: admin.userId } },
    });
    expect(await stream.event()).toMatchObject({ version: 2, previousVersion: 1, helper: { helperJson: { a: 2 } } });
    await save(admin, { caseId: opened.id, expectedVersion: 2, helper: { a: 2, b: [] } });
    expect(await stream.event()).toMatchObject({ version: 3, previousVersion: 2, changedPaths: ['/b'] });
    stream.stop();
  });

  test('without afterVersion only what is saved from now on', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const opened = await openCase(admin, { helper: { a: 1 } });
    const stream = await subscribe(admin, CHANGED, { caseId: opened.id });
    expect(await stream.event()).toMatchObject({ __typename: 'FeedReady', currentVersion: 1 });
    await save(admin, { caseId: opened.id, expectedVersion: 1, helper: { a: 2 } });
    expect(await stream.event()).toMatchObject({ version: 2, previousVersion: 1 });
    stream.stop();
  });

  test('the patch of each event turns the version before into this one', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const opened = await openCase(admin, { helper: sampleHelper() });
    const stream = await subscribe(admin, CHANGED, { caseId: opened.id });
    await stream.event();
    const { vehicle: _dropped, ...rest } = sampleHelper();
    const edits: JsonObject[] = [
      { ...sampleHelper(), manual_notes: 'first' },
      { ...rest, manual_notes: 'second', 'a/b~c': [1, { d: null }] },
      { ...sampleHelper(), 'a/b~c': [{ d: 0 }] },
    ];
    let document: JsonObject = sampleHelper();
    for (const [index, helper] of edits.entries()) {
      await save(admin, { caseId: opened.id, expectedVersion: index + 1, helper });
      const event = await stream.event();
      document = applyPatch(event.patch as PatchOperation[], document) as JsonObject;
      expect(document).toEqual(helper);
      expect(event.helper.helperJson).toEqual(helper);
    }
    stream.stop();
  });

  test('a version from elsewhere: resync is asked for by name, and the subscription goes on live', async ({
    world,
  }) => {
    const admin = await (await world.org()).member('admin');
    const opened = await openCase(admin, { helper: { a: 1 } });
    const stream = await subscribe(admin, CHANGED, { caseId: opened.id, afterVersion: 7 });
    expect(await stream.event()).toMatchObject({ __typename: 'FeedReady', currentVersion: 1 });
    expect(await stream.event()).toMatchObject({
      __typename: 'FeedResyncRequired',
      reason: 'CURSOR_AHEAD',
      currentVersion: 1,
    });
    await save(admin, { caseId: opened.id, expectedVersion: 1, helper: { a: 2 } });
    expect(await stream.event()).toMatchObject({ version: 2, previousVersion: 1 });
    stream.stop();
  });

  test('a negative version is refused, naming the argument', async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const opened = await openCase(admin);
    const stream = await subscribe(admin, CHANGED, { caseId: opened.id, afterVersion: -1 });
    expect((await stream.failure()).extensions).toMatchObject({ code: 'VALIDATION_FAILED', field: ['afterVersion'] });
  });

  test("a foreign organisation's case answers exactly as one that does not exist", async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const stranger = await (await world.org()).member('admin');
    const opened = await openCase(admin);
    const refusals = [];
    for (const caseId of [opened.id, opened.databaseId, randomUUID()]) {
      const failure = await (await subscribe(stranger, CHANGED, { caseId })).failure();
      refusals.push(JSON.stringify({ ...failure, extensions: { ...failure.extensions, requestId: 'any' } }));
    }
    expect(JSON.parse(refusals[0]!).extensions).toMatchObject({ code: 'NOT_FOUND', field: ['caseId'] });
    expect(new Set(refusals).size).toBe(1);
  });

  test('without a token: UNAUTHENTICATED', async ({ world }) => {
    const opened = await openCase(await (await world.org()).member('admin'));
    const stream = await subscribe(world.anonymous(), CHANGED, { caseId: opened.id });
    expect((await stream.failure()).extensions.code).toBe('UNAUTHENTICATED');
  });

  test('when the client stops, nothing goes on waiting for it', async ({ world, server }) => {
    const admin = await (await world.org()).member('admin');
    const opened = await openCase(admin);
    const stream = await subscribe(admin, CHANGED, { caseId: opened.id });
    await stream.event();
    await expect.poll(() => server.app.hub.waiting).toBe(1);
    stream.stop();
    await expect.poll(() => server.app.hub.waiting).toBe(0);
  });
});
