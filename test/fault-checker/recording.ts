import type { HistoryEvent, WriteEvent } from '../fault/history.ts';

type Invoked = Extract<WriteEvent, { type: 'invoke' }>;

/** What a write was told, as far as a history keeps it. */
export interface Told {
  readonly outcome: string;
  readonly version: number | null;
  readonly replayed: boolean;
  readonly attempts?: number;
  /** Of a refusal. */
  readonly code?: string;
}

/** A history being written. */
export class Recording {
  readonly events: HistoryEvent[] = [];
  #writes = 0;
  #subscribers = 0;

  nextSubscriber(): number {
    return ++this.#subscribers;
  }

  /** What the next write appends, or one after it. Unique in the history. */
  nextToken(after = 0): string {
    return `t${this.#writes + 1 + after}`;
  }

  add(event: HistoryEvent): void {
    this.events.push(event);
  }

  /** Runs a write and keeps what it was meant to be and what it was told. */
  async write(intent: Omit<Invoked, 'type' | 'op' | 'at'>, run: () => Promise<Told>): Promise<Told> {
    const op = ++this.#writes;
    this.add({ type: 'invoke', op, at: Date.now(), ...intent });
    const { outcome, version, replayed, attempts = 1, code } = await run();
    const at = Date.now();
    if (code === undefined) this.add({ type: 'acknowledged', op, at, outcome, version, replayed, attempts });
    else this.add({ type: 'refused', op, at, code, attempts });
    return { outcome, version, replayed, attempts, ...(code === undefined ? {} : { code }) };
  }
}
