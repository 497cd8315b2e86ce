import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What every socket asks for: all versions of one case after this one. */
export interface Subscription {
  readonly port: number;
  /** Of the users in whose names the sockets take turns. */
  readonly tokens: readonly string[];
  readonly sockets: number;
  readonly caseId: string;
  readonly afterVersion: number;
}

/** When versions arrived, by the clock of the machine, in milliseconds. */
export interface Arrivals {
  /** A time for each socket. */
  readonly byVersion: ReadonlyMap<number, Float64Array>;
  readonly lastAt: number;
}

export type SubscribersTask =
  | { readonly kind: 'open'; readonly subscription: Subscription }
  | { readonly kind: 'collect'; readonly upToVersion: number; readonly withinMs: number };

export type SubscribersAnswer = { readonly result: Arrivals } | { readonly error: string };

/** Longer than any queue of events takes that a window leaves behind. */
const ARRIVED_WITHIN_MS = 60_000;

/** The process of the subscribers; one task at a time. */
export class Subscribers {
  readonly #child: ChildProcess;

  private constructor() {
    this.#child = fork(fileURLToPath(new URL('./subscriber-sockets.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
    });
  }

  /** Resolves when all subscriptions are ready. */
  static async open(subscription: Subscription): Promise<Subscribers> {
    const subscribers = new Subscribers();
    try {
      await subscribers.#ask({ kind: 'open', subscription });
      return subscribers;
    } catch (error) {
      subscribers.close();
      throw error;
    }
  }

  /**
   * Resolves when every socket has been sent every version up to this one, to what has arrived since it was asked last.
   * @throws when one was sent another version than the next, or was closed
   */
  collect(upToVersion: number): Promise<Arrivals> {
    return this.#ask({ kind: 'collect', upToVersion, withinMs: ARRIVED_WITHIN_MS });
  }

  close(): void {
    this.#child.kill();
  }

  #ask(task: SubscribersTask): Promise<Arrivals> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`The subscribers ended by themselves (${code}).`));
      this.#child.once('exit', ended);
      this.#child.once('message', (answer: SubscribersAnswer) => {
        this.#child.off('exit', ended);
        if ('result' in answer) resolve(answer.result);
        else reject(new Error(`subscribers: ${answer.error}`));
      });
      this.#child.send(task);
    });
  }
}
