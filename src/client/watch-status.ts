import { type CasegraphError, callbackFailed } from './casegraph-error.ts';
import { nextWatchState, type WatchEvent, type WatchState } from './watch-state.ts';

export interface StatusCallbacks {
  /** The state has changed; `error` says why, where something went wrong. */
  readonly onState?: ((state: WatchState, error: CasegraphError | null) => void) | undefined;
  /** Something went wrong, for a log: also what passes by itself, and what a callback threw. */
  readonly onError?: ((error: CasegraphError) => void) | undefined;
}

/** Where a watch stands, and who is told. */
export class WatchStatus {
  state: WatchState = 'connecting';
  /** Why it is not live; null while it is, and before anything went wrong. */
  error: CasegraphError | null = null;
  readonly #callbacks: StatusCallbacks;
  readonly #changed: () => void;

  /** @param changed called after each change of state or error, before the application is told */
  constructor(callbacks: StatusCallbacks, changed: () => void) {
    this.#callbacks = callbacks;
    this.#changed = changed;
  }

  move(event: WatchEvent, error: CasegraphError | null = null): void {
    const before = this.state;
    if (before === 'ended') return;
    this.state = nextWatchState(before, event);
    if (this.state === before && this.error === error) return;
    this.error = error;
    this.#changed();
    if (error) this.report(error);
    if (this.state !== before) this.tell('onState', () => this.#callbacks.onState?.(this.state, error));
  }

  report(error: CasegraphError): void {
    const { onError } = this.#callbacks;
    if (onError) this.tell('', () => onError(error));
  }

  /** Runs a function of the application; what it throws is reported, or thrown where nobody here stumbles over it. */
  tell(name: string, run: () => void): void {
    try {
      run();
    } catch (cause) {
      if (name && this.#callbacks.onError) this.report(callbackFailed(name, cause));
      else
        setTimeout(() => {
          throw cause;
        });
    }
  }
}
