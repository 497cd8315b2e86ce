import { expect, vi } from 'vitest';
import { LogIterator } from '../../src/subscriptions/log-iterator.ts';
import { FeedIterator } from '../../src/subscriptions/watch-feed.ts';
import { test } from '../support/fixtures.ts';
import { TestSocket } from '../support/socket.ts';
import { openEventSource } from '../support/sse.ts';
import { FEED, seqOf } from './documents.ts';

test('a subscriber is cut off once it was over 5,000 changes behind for over a minute, and not before', async ({
  world,
  server,
}) => {
  const admin = await (await world.org()).member('admin');
  const cutOff = vi.fn();
  const owner = {
    identity: { kind: 'USER', userId: admin.userId, expiresAt: null },
    requestId: 'lagging-reader',
    requestedOrg: null,
  } as const;
  const { database, hub } = server.app;
  const iterator = new FeedIterator({ database, hub, owner, cutOff }, { after: null, caseId: null });
  const head = seqOf((await iterator.next()).value.cursor);
  const now = vi.spyOn(performance, 'now');
  try {
    // Whole milliseconds, since sums of others are not exact.
    const began = Math.round(performance.now());
    const notice = (afterMs: number, behind: number) => {
      now.mockReturnValue(began + afterMs);
      iterator.noticeLag(head + behind);
    };
    notice(0, 5_000);
    notice(70_000, 5_000);
    notice(80_000, 5_001);
    notice(130_000, 4_000);
    // It had come nearer in between: the minute begins anew.
    notice(140_000, 9_000);
    notice(200_000, 9_000);
    expect(cutOff).not.toHaveBeenCalled();
    notice(200_001, 9_000);
    expect(cutOff).toHaveBeenCalledTimes(1);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  } finally {
    now.mockRestore();
  }
});

test('being cut off closes a socket with 1013, which clients take as “connect again”, and breaks off a stream', async ({
  world,
  server,
}) => {
  const admin = await (await world.org()).member('admin');
  const { noticeLag } = LogIterator.prototype;
  const realNow = performance.now.bind(performance);
  let aheadMs = 0;
  const now = vi.spyOn(performance, 'now').mockImplementation(() => realNow() + aheadMs);
  const behind = vi.spyOn(LogIterator.prototype, 'noticeLag').mockImplementation(function (this: never, head: number) {
    // Each look is a minute after the one before.
    aheadMs += 61_000;
    Reflect.apply(noticeLag, this, [head + 6_000]);
  });
  try {
    const socket = await TestSocket.open(admin);
    const stream = openEventSource(admin, FEED);
    await Promise.all([socket.subscribe(FEED).event(), stream.event()]);
    expect(await socket.closed).toEqual({ code: 1013, reason: 'Too far behind; connect again and resume' });
    expect(await stream.broken).toBe(true);
  } finally {
    now.mockRestore();
    behind.mockRestore();
  }
  await expect.poll(() => server.app.hub.waiting).toBe(0);
});
