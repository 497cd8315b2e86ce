import { expect, test } from 'vitest';
import { RequestError } from '../../src/errors.ts';
import { EventExecutor, type SubscriptionEvent } from '../../src/graphql/event-executor.ts';
import { SharedResults } from '../../src/graphql/shared-results.ts';
import { type Read, saved, subscriberOptions, tellVersion, told, versionOf } from './subscriber-options.ts';

const ROOM = 100_000;

function subscriber(shared: SharedResults, read: Read) {
  const { options, scopes } = subscriberOptions(shared, read);
  return { executor: new EventExecutor(options), scopes };
}

/** Executes until nothing is left, as a subscription does. */
async function executeAll(executor: EventExecutor, events: readonly SubscriptionEvent[]) {
  const rounds: unknown[][] = [];
  let left = events;
  while (left.length > 0) {
    const results = await executor.executeFirst(left, ROOM);
    rounds.push(results.map(({ data, errors }) => (errors ? errors[0]!.message : { data })));
    left = left.slice(results.length);
  }
  return rounds;
}

test('events that are there at once are executed in one scope, once it is known how long one is', async () => {
  const { executor, scopes } = subscriber(new SharedResults(), tellVersion);
  const events = [1, 2, 3, 4].map(saved);
  expect(await executeAll(executor, events)).toEqual([[told(1)], [told(2), told(3), told(4)]]);
  expect(scopes).toEqual({ opened: 2, open: 0 });
});

test('no more are executed at once than there is room for', async () => {
  const { executor } = subscriber(new SharedResults(), async () => 'x'.repeat(ROOM / 2.5));
  const rounds = await executeAll(executor, [1, 2, 3, 4, 5].map(saved));
  expect(rounds.map((round) => round.length)).toEqual([1, 2, 2]);
});

test('who asks for the same waits for what another makes, holding no scope, and executes nothing', async () => {
  const shared = new SharedResults();
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  const first = subscriber(shared, async (event, scope) => released.then(() => tellVersion(event, scope)));
  const second = subscriber(shared, () => Promise.reject(new Error('not to be asked')));
  const events = [saved(1)];
  const results = [first.executor.executeFirst(events, ROOM), second.executor.executeFirst(events, ROOM)];
  expect(second.scopes.opened).toBe(0);
  release();
  const [[made], [found]] = (await Promise.all(results)) as [unknown[], unknown[]];
  expect(found).toBe(made);
  expect(second.executor.findMade(events[0]!)).toBe(made);
  expect(second.scopes.opened).toBe(0);
});

test('what another failed with is executed by who waited for it', async () => {
  const shared = new SharedResults();
  const outage = () => Promise.reject(new RequestError('UNAVAILABLE', 'no database'));
  const refused = () => Promise.reject(new RequestError('NOT_FOUND', 'not yours'));
  for (const [version, failing] of [outage, refused].entries()) {
    const events = [saved(version)];
    const first = subscriber(shared, failing).executor.executeFirst(events, ROOM);
    const second = subscriber(shared, tellVersion).executor.executeFirst(events, ROOM);
    const met = await first.then(
      ([result]) => result!.errors![0]!.message,
      (error: Error) => error.message,
    );
    expect(met).toBe(failing === outage ? 'no database' : 'not yours');
    expect((await second).map(({ data }) => ({ data }))).toEqual([told(version)]);
  }
});

test('what fails beside others is executed again alone, and the others keep their order', async () => {
  // As an answer that is within the limit by itself.
  const { executor, scopes } = subscriber(new SharedResults(), async (event, scope) => {
    if (versionOf(event) === 3 && scope === 2) throw new RequestError('QUERY_TOO_COMPLEX', 'together too much');
    return tellVersion(event, scope);
  });
  const rounds = await executeAll(executor, [1, 2, 3, 4].map(saved));
  expect(rounds.flat()).toEqual([1, 2, 3, 4].map(told));
  expect(scopes.open).toBe(0);
});

test('an outage among several loses none: those before it are had, and it is met when it comes first', async () => {
  let isOut = true;
  const { executor, scopes } = subscriber(new SharedResults(), async (event, scope) => {
    if (versionOf(event) === 3 && isOut) throw new RequestError('UNAVAILABLE', 'no database');
    return tellVersion(event, scope);
  });
  const events = [1, 2, 3, 4].map(saved);
  expect(await executor.executeFirst(events, ROOM)).toMatchObject([told(1)]);
  expect(await executor.executeFirst(events.slice(1), ROOM)).toMatchObject([told(2)]);
  await expect(executor.executeFirst(events.slice(2), ROOM)).rejects.toThrow('no database');
  isOut = false;
  expect((await executeAll(executor, events.slice(2))).flat()).toEqual([told(3), told(4)]);
  expect(scopes.open).toBe(0);
});

test('an event that is refused to this subscriber is told as that', async () => {
  const { executor } = subscriber(new SharedResults(), async (event, scope) => {
    if (versionOf(event) === 2) throw new RequestError('NOT_FOUND', 'not yours');
    return tellVersion(event, scope);
  });
  expect((await executeAll(executor, [1, 2, 3].map(saved))).flat()).toEqual([told(1), 'not yours', told(3)]);
});
