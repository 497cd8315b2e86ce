import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { expect, onTestFinished } from 'vitest';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { type CaseEvent, type FeedEvent, openResuming, WATCH_CASE, WATCH_FEED } from './other-clients.ts';
import { eventually, numbered, openNetwork, range, saveVersions } from './watching.ts';

function openUrql(caller: TestClient, url: string): Client {
  const resuming = openResuming(caller, url);
  return new Client({
    url: `${url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${caller.token}` } },
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: resuming.subscribe({ ...request, query: request.query ?? '' }, sink as never),
          }),
        }),
      }),
    ],
  });
}

test.for(['cut', 'blackHole'] as const)(
  'urql, with a network that fails by %s: every version and every change once, in order',
  async (fault, { world }) => {
    const admin = await (await world.org()).member('admin');
    const { id: caseId } = await openCase(admin, { helper: numbered(1) });
    const network = await openNetwork(admin);
    const urql = openUrql(admin, network.url);
    const events: CaseEvent[] = [];
    const changes: FeedEvent[] = [];
    const watches = [
      urql
        .subscription<{ caseHelperChanged: CaseEvent }>(WATCH_CASE, { caseId })
        .subscribe(({ data }) => events.push(data!.caseHelperChanged)),
      urql.subscription<{ feed: FeedEvent }>(WATCH_FEED, { caseId }).subscribe(({ data }) => changes.push(data!.feed)),
    ];
    onTestFinished(() => {
      for (const watch of watches) watch.unsubscribe();
    });
    await eventually(() => events.length * changes.length).toBeGreaterThan(0);
    for (const round of range(0, 1)) {
      const done = 1 + round * 8;
      await saveVersions(admin, caseId, done + 1, done + 2);
      network[fault]();
      await saveVersions(admin, caseId, done + 3, done + 6);
      network.heal();
      await saveVersions(admin, caseId, done + 7, done + 8);
      await eventually(() => [events.at(-1)?.version, changes.at(-1)?.version]).toEqual([done + 8, done + 8]);
    }
    const saved = events.filter(({ __typename }) => __typename === 'HelperVersionSaved');
    expect(saved.map(({ version, helper }) => [version, helper!.helperJson])).toEqual(
      range(2, 17).map((version) => [version, numbered(version)]),
    );
    const written = changes.filter(({ entity }) => entity === 'case_helper');
    expect(written.map(({ version }) => version)).toEqual(range(2, 17));
  },
);
