import { expect, test } from 'vitest';
import type { SubscriptionEvent } from '../../src/graphql/event-executor.ts';
import { EventResults, takeReadyResults } from '../../src/graphql/event-results.ts';
import { SharedResults } from '../../src/graphql/shared-results.ts';
import { PullIterator } from '../../src/subscriptions/pull-iterator.ts';
import { saved, subscriberOptions, tellVersion, told, versionOf } from './subscriber-options.ts';

class Pages extends PullIterator<SubscriptionEvent> {
  constructor(private readonly pages: SubscriptionEvent[][]) {
    super();
  }

  protected async read(): Promise<SubscriptionEvent[]> {
    const page = this.pages.shift();
    if (!page) void this.return();
    return page ?? [];
  }

  protected release(): void {}
}

const versions = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => saved(from + index));

function subscribe(pages: SubscriptionEvent[][], read = tellVersion) {
  const { options, hub } = subscriberOptions(new SharedResults(), read);
  const results = new EventResults(new Pages(pages), { ...options, endsWithToken: false, onEnd: () => undefined });
  const next = async () => (await results.next()).value;
  const takeReady = () => takeReadyResults(options.operation);
  return { results, hub, next, takeReady };
}

test('what is ready beside a result is taken with it, in order, each once', async () => {
  const { results, next, takeReady } = subscribe([versions(1, 4), versions(5, 6)]);
  expect(takeReady()).toEqual([]);
  expect(await next()).toEqual(told(1));
  expect(takeReady()).toEqual([2, 3, 4].map(told));
  expect(takeReady()).toEqual([]);
  expect(await next()).toEqual(told(5));
  expect(await next()).toEqual(told(6));
  expect(takeReady()).toEqual([]);
  expect(await next()).toBeUndefined();
  expect(results.delivered).toBe(6);
});

test('what was executed under an access that may have changed since is not taken, but executed anew', async () => {
  const executed: number[] = [];
  const { hub, next, takeReady } = subscribe(
    // Such as are not shared, so that each execution is this subscriber's.
    [versions(1, 3).map((event) => ({ ...event, shared: false }))],
    async (event, scope) => {
      executed.push(versionOf(event));
      return tellVersion(event, scope);
    },
  );
  await next();
  hub.accessGeneration++;
  expect(takeReady()).toEqual([]);
  expect(await next()).toEqual(told(2));
  expect(takeReady()).toEqual([told(3)]);
  expect(executed).toEqual([1, 2, 3, 2, 3]);
});

test('no more is taken at once than a socket should be sent', async () => {
  const { next, takeReady } = subscribe([versions(1, 10)], async () => 'x'.repeat(30_000));
  await next();
  expect(takeReady().length).toBe(3);
});

test('nothing is taken of a subscription that has ended', async () => {
  const { results, next, takeReady } = subscribe([versions(1, 3)]);
  await next();
  await results.return();
  expect(takeReady()).toEqual([]);
});
