interface Turn {
  /** Its client wants no more of it. */
  completed: boolean;
  begun: boolean;
  /** End of the operation that had the id before. */
  readonly after: Promise<void>;
  ended: Promise<void>;
}

interface Message {
  readonly type?: unknown;
  readonly id?: unknown;
}

/**
 * An id that its client has completed is free for another operation of a socket. But the one that had it may still be on its
 * way to its end, and graphql-ws would take it for the other and run both under the one id. So the other waits for that end.
 */
export class OperationTurns {
  /** The last operation of each id that has not ended. */
  readonly #turns = new Map<unknown, Turn>();

  constructor(private readonly isOpen: () => boolean) {}

  /** Hands a message over when it is its turn. Rejects with what `handle` does. */
  async take({ type, id }: Message, handle: () => Promise<void>): Promise<void> {
    const current = this.#turns.get(id);
    if (type === 'complete' && current) {
      current.completed = true;
      // One that has not begun is not known to those it would be handed to.
      return current.begun ? handle() : undefined;
    }
    if (type !== 'subscribe') return handle();
    // The same id twice: that is refused, once the other is known there.
    if (current && !current.completed) return current.begun ? handle() : current.after.then(handle);
    const turn: Turn = { completed: false, begun: false, after: current?.ended ?? DONE, ended: DONE };
    this.#turns.set(id, turn);
    const run = current ? turn.after.then(() => this.#begin(turn, handle)) : this.#begin(turn, handle);
    const end = () => {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    };
    turn.ended = run.then(end, end);
    return run;
  }

  async #begin(turn: Turn, handle: () => Promise<void>): Promise<void> {
    if (turn.completed || !this.isOpen()) return;
    turn.begun = true;
    await handle();
  }
}

const DONE = Promise.resolve();
