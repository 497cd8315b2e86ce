import { randomUUID } from 'node:crypto';
import { NOTE_MARK } from '../data/helper-document.ts';
import { dataOf } from '../peers/peer.ts';
import { Connection } from './connection.ts';
import type { WriteTarget } from './job.ts';

/** Whoever comes second overwrites, so that several of these can be under way for one case. */
const SAVE =
  'mutation Save($input: CaseHelperSaveFullInput!) { caseHelperSaveFull(input: $input) { outcome helper { version } userErrors { code } } }';

interface Saved {
  readonly outcome: string;
  readonly helper: { readonly version: number } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

/** Saves one case of casegraph over and over, each time with another note, by HTTP. */
export class CaseSaver {
  readonly #connections: readonly Connection[];
  readonly #caseId: string;
  readonly #helper: readonly string[];
  /** The newest that a save came to. */
  #version = 0;

  private constructor(connections: readonly Connection[], { caseId, helper }: WriteTarget) {
    this.#connections = connections;
    this.#caseId = caseId;
    this.#helper = helper.split(NOTE_MARK);
  }

  /** @param inFlight saves under way at once, at most */
  static async open(
    port: number,
    tokens: readonly string[],
    inFlight: number,
    target: WriteTarget,
  ): Promise<CaseSaver> {
    const opening = Array.from({ length: inFlight }, (_, index) => Connection.open(port, tokens[index]!));
    return new CaseSaver(await Promise.all(opening), target);
  }

  get version(): number {
    return this.#version;
  }

  /** As many saves as are answered. */
  async saveFor(ms: number): Promise<void> {
    const until = performance.now() + ms;
    await Promise.all(
      this.#connections.map(async (connection) => {
        while (performance.now() < until) await this.#save(connection);
      }),
    );
  }

  /** One at a time. */
  async saveSteadily(ms: number, perSecond: number): Promise<void> {
    const from = performance.now();
    for (let dueMs = 0; dueMs < ms; dueMs += 1000 / perSecond) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, from + dueMs - performance.now())));
      await this.#save(this.#connections[0]!);
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  async #save(connection: Connection): Promise<void> {
    const helper = this.#helper.join(`note ${randomUUID()}`);
    const body = `{"query":${JSON.stringify(SAVE)},"variables":{"input":{"caseId":"${this.#caseId}","onConflict":"FORCE","idempotencyKey":"${randomUUID()}","helper":${helper}}}}`;
    const answer = await connection.send(connection.encode('/graphql', body));
    const { caseHelperSaveFull: saved } = dataOf<{ caseHelperSaveFull: Saved }>(JSON.parse(answer.body.toString()));
    if (saved.outcome !== 'UPDATED' || !saved.helper) throw new Error(`A save came to ${JSON.stringify(saved)}`);
    this.#version = Math.max(this.#version, saved.helper.version);
  }
}
