// casegraph for programs: typed requests, saves that are safe to repeat, and watches that never miss a version or a
// change. Runs in browsers and in Node, and has nothing of the server in it.
import type { JsonValue } from '../json/json-value.ts';
import { CasegraphError } from './casegraph-error.ts';
import { Connection } from './connection.ts';
import { Credentials, type GetToken } from './credentials.ts';
import { createRequest, type Fetch, type Request } from './http-request.ts';
import { type SaveInput, type SaveOutcome, SaveUncertainError, saveHelper } from './save-helper.ts';
import { DEFAULT_TIMING, type Timing } from './timing.ts';
import { type CaseWatch, type CaseWatchOptions, watchCase } from './watch-case.ts';
import { type FeedWatch, type FeedWatchOptions, watchFeed } from './watch-feed.ts';
import type { WebSocketClass } from './web-socket.ts';

export type { CasegraphErrorCode } from './casegraph-error.ts';
export type { TypedDocument } from './http-request.ts';
export type { SaveInput, SaveOptions, SaveOutcome } from './save-helper.ts';
export type { CaseSnapshot, CaseWatch, CaseWatchOptions } from './watch-case.ts';
export type { FeedChange, FeedWatch, FeedWatchOptions } from './watch-feed.ts';
export type { WatchState } from './watch-state.ts';
export { CasegraphError, SaveUncertainError };

export interface CasegraphClientOptions {
  /** Where casegraph is, as https://casegraph.example.com; in browsers also relative to the page. `/graphql` is added where there is no path. */
  readonly url: string;
  /** An API key, or a token that lives as long as the client. */
  readonly token?: string;
  /** Instead of `token`: asked for each connection and request, so that tokens may expire. */
  readonly getToken?: GetToken;
  /** UUID of the organisation, for who belongs to several. */
  readonly orgId?: string;
  /** In Node before 22: the WebSocket of the package ws. */
  readonly webSocket?: WebSocketClass;
  readonly fetch?: Fetch;
  readonly timing?: Partial<Timing>;
}

export interface CasegraphClient {
  /**
   * Runs a query or mutation over HTTP, once.
   * @throws CasegraphError
   */
  readonly request: Request;
  /**
   * Saves a whole helper once, and goes on trying until the answer is sure.
   * @throws SaveUncertainError when that takes too long
   */
  readonly saveHelper: (input: SaveInput) => Promise<SaveOutcome>;
  /**
   * Loads the helper of a case and keeps it as the server has it.
   * @throws TypeError when there is no WebSocket class
   */
  readonly watchCase: <Helper = JsonValue>(options: CaseWatchOptions<Helper>) => CaseWatch<Helper>;
  /**
   * Hands on every change of the organisation, or of one case, in order, each once.
   * @throws TypeError when there is no WebSocket class
   */
  readonly watchFeed: (options: FeedWatchOptions) => FeedWatch;
  /** Closes all watches and the connection. */
  readonly close: () => void;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws TypeError naming the option that is wrong */
export function createCasegraphClient(options: CasegraphClientOptions): CasegraphClient {
  const { orgId, webSocket, fetch = (url, init) => globalThis.fetch(url, init) } = options;
  if (orgId !== undefined && !UUID.test(orgId)) throw new TypeError('`orgId` is the UUID of an organisation.');
  const url = endpointOf(options.url);
  const credentials = new Credentials(options);
  const timing: Timing = { ...DEFAULT_TIMING, ...options.timing };
  const request = createRequest({ url, fetch, credentials, withinMs: timing.requestWithinMs });
  const running = new Set<() => void>();
  let connection: Connection | null = null;
  const connect = () => {
    connection ??= new Connection(url.replace(/^http/, 'ws'), credentials, webSocket);
    return connection;
  };
  const save = (input: SaveInput) => saveHelper({ request, timing }, input);
  return {
    request,
    saveHelper: save,
    watchCase: (watchOptions) =>
      watchCase(
        {
          connection: connect(),
          request,
          timing,
          running,
          save: (expectedVersion, helper, given) =>
            save({ ...given, caseId: watchOptions.caseId, expectedVersion, helper }),
        },
        watchOptions,
      ),
    watchFeed: (watchOptions) => watchFeed({ connection: connect(), timing, running }, watchOptions),
    close: () => {
      for (const close of running) close();
    },
  };
}

function endpointOf(given: string): string {
  const { location } = globalThis as { location?: { href: string } };
  let url: URL;
  try {
    url = new URL(given, location?.href);
  } catch {
    throw new TypeError('`url` is where casegraph is, as https://casegraph.example.com.');
  }
  if (!/^https?:$/.test(url.protocol)) throw new TypeError('`url` begins with http:// or https://.');
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}
