/**
 * connecting: nothing to show yet. live: what is there is what the server has. stale: was live, and is being caught up.
 * ended: closed, or refused for good; it does not come back.
 */
export type WatchState = 'connecting' | 'live' | 'stale' | 'ended';

/**
 * ready: connected, and everything that was saved until then is here. lost: the connection broke, fell silent, or was
 * refused for now. refused: what can't pass, as access taken away. closed: by the application.
 */
export type WatchEvent = 'ready' | 'lost' | 'refused' | 'closed';

const NEXT: Readonly<Record<WatchState, Readonly<Record<WatchEvent, WatchState>>>> = {
  connecting: { ready: 'live', lost: 'connecting', refused: 'ended', closed: 'ended' },
  live: { ready: 'live', lost: 'stale', refused: 'ended', closed: 'ended' },
  stale: { ready: 'live', lost: 'stale', refused: 'ended', closed: 'ended' },
  ended: { ready: 'ended', lost: 'ended', refused: 'ended', closed: 'ended' },
};

export function nextWatchState(state: WatchState, event: WatchEvent): WatchState {
  return NEXT[state][event];
}
