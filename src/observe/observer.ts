import type { IncomingMessage, ServerResponse } from 'node:http';
import { actorOf, type Identity } from '../auth/identity.ts';
import type { Logger } from '../log.ts';
import { type AnswerFacts, beginExchange, type Exchange, type Transport } from './exchange.ts';
import type { Metrics } from './metrics.ts';
import type { Span, Tracing } from './tracing.ts';

/** What is told of an operation, whichever way it came: who, what and how it went, never a value. */
export interface OperationRecord {
  readonly requestId: string;
  readonly identity: Identity | null;
  /** The organisation it acted for, as the database said. */
  readonly orgId: string | null;
  readonly transport: Transport;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** The client's name for it, cut to what a name may be. */
  readonly name: string | null;
  /** Names of root fields. */
  readonly fields: readonly string[];
  readonly cost: number | null;
  /** OK, or the code of its first failure. */
  readonly code: string;
  readonly ms: number;
}

/** A mutation field that was run. */
export interface WriteObservation {
  readonly field: string;
  readonly outcome: string;
  readonly replayed: boolean;
}

/** A subscription that is open, or was. */
export interface ObservedStream {
  /** Events handed to the subscriber so far. */
  readonly delivered: number;
}

/** Parts of the path that requests are counted by. */
const ROUTES = ['graphql', 'gateway', 'case', 'health', 'ready', 'metrics'] as const;
const PROBES: ReadonlySet<string> = new Set(['health', 'ready', 'metrics']);
const TRANSPORTS: Readonly<Record<string, Transport>> = { gateway: 'gateway', case: 'document' };
const FAILED_STATUS = 400;

/** Tells of every operation once: a line in the log, and counts for /metrics where they are asked for. */
export class Observer {
  /** Null: nothing is traced. */
  readonly tracing: Tracing | null;
  readonly #log: Logger;
  readonly #metrics: Metrics | null;
  readonly #streams = new Map<ObservedStream, Transport>();
  /** Of streams that have ended. */
  #delivered = 0;

  constructor(parts: { log: Logger; metrics: Metrics | null; tracing: Tracing | null }) {
    this.#log = parts.log;
    this.#metrics = parts.metrics;
    this.tracing = parts.tracing;
  }

  /** Observes an HTTP request until its answer has been sent, or nobody waits for it any more. */
  begin(request: IncomingMessage, response: ServerResponse): void {
    const route = routeOf(request.url ?? '');
    const isStream = request.headers.accept?.includes('text/event-stream') ?? false;
    const exchange = beginExchange(request, isStream ? 'sse' : (TRANSPORTS[route] ?? 'http'));
    const startedAt = performance.now();
    const { socket } = request;
    const writtenBefore = socket.bytesWritten;
    response.once('close', () => {
      const status = response.statusCode;
      this.#metrics?.httpRequests.inc({ route, status });
      exchange.answer = {
        route,
        status,
        ms: round(performance.now() - startedAt),
        bytes: socket.bytesWritten - writtenBefore,
        ...(response.writableFinished ? {} : { aborted: true }),
      };
      if (exchange.isStream || (PROBES.has(route) && exchange.operation === null)) return;
      this.#tellExchange(exchange, exchange.answer);
    });
  }

  /** Its part of a trace, from here on; null where nothing is traced. */
  beginSpan(kind: string, field: string | undefined, exchange: Exchange | undefined): Span | null {
    return this.tracing?.begin(field ? `${kind} ${field}` : kind, exchange?.traceparent ?? null) ?? null;
  }

  endSpan(span: Span, record: OperationRecord): void {
    const { requestId, identity, orgId, transport, kind, name, fields, code } = record;
    this.tracing?.end(span, code, {
      'graphql.operation.type': kind,
      'graphql.operation.name': name,
      'casegraph.fields': fields,
      'casegraph.transport': transport,
      'casegraph.request_id': requestId,
      'casegraph.principal': identity && principalOf(identity),
      'casegraph.org_id': orgId,
    });
  }

  /** A query or mutation has been executed. What came by HTTP is logged once it is answered. */
  executed(record: OperationRecord, writes: readonly WriteObservation[], exchange: Exchange | undefined): void {
    this.#count(record);
    const { transport, kind, ms } = record;
    this.#metrics?.operationSeconds.observe({ transport, kind }, ms / 1_000);
    for (const { field, outcome, replayed } of writes) {
      this.#metrics?.writes.inc({ mutation: field, outcome });
      if (replayed) this.#metrics?.replays.inc();
      if (outcome === 'CONFLICT') this.#metrics?.versionConflicts.inc();
    }
    // Who does not wait any more has no answer to wait for either.
    if (exchange && !exchange.answer) exchange.operation = record;
    else this.#tell(record, exchange?.answer ?? { ms: round(ms) });
  }

  streamOpened(stream: ObservedStream, transport: Transport): void {
    this.#streams.set(stream, transport);
  }

  /** A subscription has ended, or was refused before it began. */
  streamEnded(stream: ObservedStream | null, record: OperationRecord): void {
    this.#count(record);
    if (stream) {
      this.#streams.delete(stream);
      this.#delivered += stream.delivered;
    }
    this.#tell(record, { ms: round(record.ms), events: stream?.delivered ?? 0 });
  }

  /** What came over a socket and was no operation that could be executed. */
  refused(transport: Transport, requestId: string | null, code: string): void {
    this.#metrics?.operations.inc({ transport, kind: 'none', code });
    this.#log.info({ requestId, transport, kind: 'none', code }, 'request');
  }

  /** Open subscriptions by the way they came, and the events handed to all there ever were. */
  readStreams(): { open: ReadonlyMap<Transport, number>; delivered: number } {
    const open = new Map<Transport, number>([
      ['ws', 0],
      ['sse', 0],
    ]);
    let delivered = this.#delivered;
    for (const [stream, transport] of this.#streams) {
      open.set(transport, (open.get(transport) ?? 0) + 1);
      delivered += stream.delivered;
    }
    return { open, delivered };
  }

  #count({ transport, kind, code }: OperationRecord): void {
    this.#metrics?.operations.inc({ transport, kind, code });
  }

  #tellExchange(exchange: Exchange, facts: AnswerFacts): void {
    const { operation, transport, requestId } = exchange;
    if (operation) {
      this.#tell(operation, facts);
      return;
    }
    const { route, status } = facts;
    const isOfOperations = route === 'graphql' || transport !== 'http';
    // A page that was served is no operation, and nothing to tell.
    if (exchange.code === null && status < FAILED_STATUS) return;
    const code = exchange.code ?? `HTTP_${status}`;
    if (isOfOperations) this.#metrics?.operations.inc({ transport, kind: 'none', code });
    this.#log.info({ requestId, transport, kind: 'none', code, ...facts }, 'request');
  }

  #tell(record: OperationRecord, facts: object): void {
    if (!this.#log.isLevelEnabled('info')) return;
    const { requestId, identity, orgId, transport, kind, name, fields, cost, code } = record;
    const principal = identity && principalOf(identity);
    this.#log.info({ requestId, principal, orgId, transport, kind, name, fields, cost, code, ...facts }, 'operation');
  }
}

/** The actor that Postgres records; of a token's own text no more than looks like a name of a program. */
function principalOf(identity: Identity): string {
  return identity.kind === 'SERVICE' && !/^[\w.:-]{1,100}$/.test(identity.name) ? 'SERVICE' : actorOf(identity);
}

function routeOf(url: string): string {
  const first = /^\/([a-z]+)(?=[/?]|$)/.exec(url)?.[1];
  return first && (ROUTES as readonly string[]).includes(first) ? first : 'other';
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
