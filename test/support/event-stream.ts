import { expect } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
type Data = any;

export interface StreamResult {
  readonly data?: Data;
  readonly errors?: { message: string; extensions: { code: string; field?: string[]; requestId: string } }[];
}

/** Items in the order they came, each taken once; waiting for one has a deadline. */
export class Inbox<T> {
  readonly #items: T[] = [];
  readonly #takers: ((item: T) => void)[] = [];

  put(item: T): void {
    const taker = this.#takers.shift();
    if (taker) taker(item);
    else this.#items.push(item);
  }

  get size(): number {
    return this.#items.length;
  }

  take(what: string, withinMs = 15_000): Promise<T> {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift() as T);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#takers.splice(this.#takers.indexOf(taker), 1);
        reject(new Error(`waited ${withinMs / 1000} s for ${what}, and nothing came`));
      }, withinMs);
      const taker = (item: T) => {
        clearTimeout(timer);
        resolve(item);
      };
      this.#takers.push(taker);
    });
  }
}

/** What one subscription sends, whichever way it comes. */
export class EventStream {
  readonly #inbox = new Inbox<StreamResult | 'complete'>();

  /** @param stop tells the server that no more is wanted */
  constructor(readonly stop: () => void) {}

  /** For the transport. */
  put(item: StreamResult | 'complete'): void {
    this.#inbox.put(item);
  }

  /** Results that have come and were not asked for. */
  get unread(): number {
    return this.#inbox.size;
  }

  /** The next result, errors and all. */
  async result(): Promise<StreamResult> {
    const item = await this.#inbox.take('a result');
    if (item === 'complete') throw new Error('the subscription is complete, and a result was expected');
    return item;
  }

  /** Null when the subscription is complete. */
  async resultOrEnd(): Promise<StreamResult | null> {
    const item = await this.#inbox.take('a result or the end');
    return item === 'complete' ? null : item;
  }

  /** The next event: the one field of a result without errors. */
  async event(): Promise<Data> {
    const { data, errors } = await this.result();
    expect(errors).toBeUndefined();
    return Object.values(data)[0];
  }

  async events(count: number): Promise<Data[]> {
    const events: Data[] = [];
    while (events.length < count) events.push(await this.event());
    return events;
  }

  /** Resolves when the server says that nothing more comes, and nothing more has come. */
  async complete(): Promise<void> {
    expect(await this.#inbox.take('the end')).toBe('complete');
  }

  /** The one error the subscription ends with. */
  async failure(): Promise<NonNullable<StreamResult['errors']>[0]> {
    const { errors } = await this.result();
    expect(errors).toHaveLength(1);
    await this.complete();
    return errors![0]!;
  }
}
