import { expect, test } from 'vitest';
import { nextWatchState, type WatchEvent, type WatchState } from '../../src/client/watch-state.ts';

const STATES: WatchState[] = ['connecting', 'live', 'stale', 'ended'];

test.for<[WatchEvent, WatchState[]]>([
  ['ready', ['live', 'live', 'live', 'ended']],
  ['lost', ['connecting', 'stale', 'stale', 'ended']],
  ['refused', ['ended', 'ended', 'ended', 'ended']],
  ['closed', ['ended', 'ended', 'ended', 'ended']],
])('%s: connecting, live, stale and ended become %s', ([event, expected]) => {
  expect(STATES.map((state) => nextWatchState(state, event))).toEqual(expected);
});
