import { readFinalState } from '../fault/final-state.ts';
import type { FinalState } from '../fault/history.ts';
import { call, PARTS_REQUIRED } from '../parts/calls.ts';
import type { TestClient } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import type { Recording, Told } from './recording.ts';

export interface WatchedCase {
  readonly orgId: string;
  readonly caseId: string;
}

/** What a writer saw before it wrote. */
export interface Seen {
  readonly version: number;
  readonly log: readonly { readonly id: string }[];
}

export interface SaveOptions {
  /** Saves over whatever is current. */
  readonly overwrites?: boolean;
  /** Waits at the gate when everything is staged, before the commit. */
  readonly waits?: boolean;
  readonly key?: string | null;
}

export interface SaveRequest {
  readonly client: TestClient;
  readonly target: WatchedCase;
  readonly seen: Seen;
  readonly token: string;
  readonly input: Record<string, unknown>;
}

const SAVE = /* GraphQL */ `
  mutation ($input: CaseHelperSaveFullInput!) {
    caseHelperSaveFull(input: $input) {
      outcome userErrors { code } idempotency { replayed } helper { version }
    }
  }
`;

const RESTORE = /* GraphQL */ `
  mutation ($input: CaseHelperRestoreLatestInput!) {
    caseHelperRestoreLatest(input: $input) {
      outcome userErrors { code } idempotency { replayed } helper { version }
    }
  }
`;

/** How a save reaches the server; the faulty ones go another way. */
export type Sender = (request: SaveRequest) => Promise<Told>;

export const sendSave: Sender = async ({ client, input }) =>
  readAnswer((await client.data(SAVE, { input })).caseHelperSaveFull);

/** Writes as the load of a fault run does, and keeps what it did. */
export class Writer {
  #keys = 0;

  constructor(
    readonly db: TestDatabase,
    readonly recording: Recording,
    readonly send: Sender,
  ) {}

  async see({ caseId }: WatchedCase): Promise<Seen> {
    const [row] = await this.db.query<Seen>(
      `select version, coalesce(helper_json -> '__test' -> 'log', '[]') as log from case_helper where case_id = $1 and is_current`,
      [caseId],
    );
    return row ?? { version: 0, log: [] };
  }

  nextKey(prefix = 'key'): string {
    return `${prefix}-${String(++this.#keys).padStart(8, '0')}`;
  }

  /** Appends a token to the list that was seen. `how` may send it more than once. */
  async save(
    client: TestClient,
    target: WatchedCase,
    seen: Seen,
    { overwrites = false, waits = false, key = this.nextKey() }: SaveOptions = {},
    how: (request: SaveRequest) => Promise<Told> = this.send,
  ): Promise<Told> {
    const token = this.recording.nextToken();
    const expectedVersion = overwrites ? null : seen.version;
    const helper = { __test: { log: [...seen.log, { id: token }], ...(waits ? { waits } : {}) } };
    const onConflict = overwrites ? 'FORCE' : 'REJECT';
    const input = { caseId: target.caseId, helper, expectedVersion, onConflict, idempotencyKey: key };
    return this.recording.write({ kind: 'save', ...target, key, expectedVersion, token, restores: null }, () =>
      how({ client, target, seen, token, input }),
    );
  }

  /** A save from what is current at this moment. */
  async saveNext(client: TestClient, target: WatchedCase, options: SaveOptions = {}): Promise<Told> {
    return this.save(client, target, await this.see(target), options);
  }

  async restore(client: TestClient, target: WatchedCase, version: number): Promise<Told> {
    const { version: expectedVersion } = await this.see(target);
    const key = this.nextKey();
    const input = { caseId: target.caseId, version, expectedVersion, idempotencyKey: key };
    return this.recording.write(
      { kind: 'restore', ...target, key, expectedVersion, token: null, restores: version },
      async () => readAnswer((await client.data(RESTORE, { input })).caseHelperRestoreLatest),
    );
  }

  async bulk(client: TestClient, target: WatchedCase): Promise<Told> {
    const key = this.nextKey();
    const parts = Array.from({ length: 20 }, (_, index) => ({ partNumber: `P${index}`, quantity: this.#keys }));
    return this.recording.write(
      { kind: 'bulk', ...target, key, expectedVersion: null, token: null, restores: null },
      async () => readAnswer(await call(client, PARTS_REQUIRED, { caseId: target.caseId, parts, idempotencyKey: key })),
    );
  }
}

export async function readFinal(db: TestDatabase): Promise<FinalState> {
  return readFinalState((sql, values) => db.query(sql, values));
}

interface Payload {
  readonly outcome: string;
  readonly userErrors: readonly { readonly code: string }[];
  readonly idempotency: { readonly replayed: boolean } | null;
  readonly helper?: { readonly version: number } | null;
}

export function readAnswer({ outcome, userErrors, idempotency, helper }: Payload): Told {
  const code = userErrors[0]?.code;
  return {
    outcome,
    version: helper?.version ?? null,
    replayed: idempotency?.replayed ?? false,
    ...(code ? { code } : {}),
  };
}
