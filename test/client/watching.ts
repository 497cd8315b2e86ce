import { expect, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type CasegraphClient, type CasegraphClientOptions, createCasegraphClient } from '../../src/client/client.ts';
import type { Timing } from '../../src/client/timing.ts';
import type { CaseSnapshot, CaseWatch, CaseWatchOptions } from '../../src/client/watch-case.ts';
import type { JsonValue } from '../../src/json/json-value.ts';
import { save } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** So that a test does not wait between tries as long as people would. */
const IMPATIENT: Partial<Timing> = { retryMinMs: 10, retryMaxMs: 100 };

/** Takes a connection for dead after a second, quicker than the server gives signs of life. */
export const VERY_IMPATIENT: Partial<Timing> = {
  ...IMPATIENT,
  subscribeWithinMs: 1_000,
  silentAfterMs: 1_000,
  requestWithinMs: 1_000,
};

/** A client of the package, closed with the test. */
export function openClient(caller: TestClient, options: Partial<CasegraphClientOptions> = {}): CasegraphClient {
  const identity = options.getToken ? {} : { token: caller.token! };
  const client = createCasegraphClient({
    url: caller.url,
    webSocket: WebSocket,
    timing: IMPATIENT,
    ...identity,
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

/** A network between a client and the server, gone with the test. */
export async function openNetwork(caller: TestClient): Promise<TcpProxy & { readonly url: string }> {
  const proxy = await startTcpProxy(Number(new URL(caller.url).port));
  onTestFinished(() => proxy.stop());
  return Object.assign(proxy, { url: `http://127.0.0.1:${proxy.port}` });
}

export interface RecordedWatch extends CaseWatch {
  /** Each version that was told, in the order it was. */
  readonly told: CaseSnapshot[];
  readonly states: string[];
  /** Codes of all errors. */
  readonly codes: string[];
}

export function recordCase(client: CasegraphClient, options: CaseWatchOptions<JsonValue>): RecordedWatch {
  const record = { told: [] as CaseSnapshot[], states: [] as string[], codes: [] as string[] };
  const watch = client.watchCase({
    onChange: (snapshot) => record.told.push(snapshot),
    onState: (state) => record.states.push(state),
    onError: ({ code }) => record.codes.push(code),
    ...options,
  });
  return Object.assign(watch, record);
}

/** Saves the versions from..to, as somebody else, each with its number in it. */
export async function saveVersions(caller: TestClient, caseId: string, from: number, to: number): Promise<void> {
  for (let version = from; version <= to; version++) {
    const { userErrors } = await save(caller, { caseId, expectedVersion: version - 1, helper: numbered(version) });
    if (userErrors.length > 0) throw new Error(userErrors[0].message);
  }
}

/** Enough around the number that a patch is shorter than the whole. */
export function numbered(version: number): JsonValue {
  return { count: version, notes: 'n'.repeat(200), members: [{ id: 'a', seen: version % 2 === 0 }] };
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** As expect.poll, with the patience that machines need which do other things besides. */
export function eventually<T>(value: () => T) {
  return expect.poll(value, { timeout: 10_000 });
}
