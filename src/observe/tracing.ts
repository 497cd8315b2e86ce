import type { Context, Span, SpanContext } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type pg from 'pg';
import { Pipeline } from '../db/pipeline.ts';
import type { Logger } from '../log.ts';
import { within } from '../within.ts';
import { statementSummary } from './statement-summary.ts';

export type { Span };

export interface TracingOptions {
  /** Of a collector that takes OTLP over HTTP; spans go to /v1/traces there. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** Of traces that begin here, from 0 to 1. One that a client has begun is kept if the client keeps it. */
  readonly ratio: number;
}

/** For spans that are not sent yet when the server stops; the collector may be gone already. */
const STOP_WITHIN_MS = 3_000;

/** Spans of operations, of the connections they lease, and of the statements on those; never a value. */
export interface Tracing {
  /** @param traceparent what the client says of the trace that this is part of, if that can be one */
  begin(name: string, traceparent: string | null): Span;
  /** Ends it with what it came to. */
  end(span: Span, code: string, attributes: Readonly<Record<string, string | readonly string[] | null>>): void;
  /** Leases a connection as a part of `parent`; it ends when the connection is given back. */
  lease(parent: Span, connect: () => Promise<pg.PoolClient>): Promise<pg.PoolClient>;
  stop(): Promise<void>;
}

/** All of OpenTelemetry is loaded only here: a server that traces nothing does without. */
export async function startTracing(options: TracingOptions, log: Logger): Promise<Tracing> {
  const [
    { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace },
    { ExportResultCode, parseTraceParent },
    sdk,
    otlp,
    resources,
  ] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/core'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new otlp.OTLPTraceExporter({
    url: `${options.endpoint.replace(/\/$/, '')}/v1/traces`,
    headers: { ...options.headers },
  });
  const telling: SpanExporter = {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        // Its error may quote what the collector answered.
        if (result.code === ExportResultCode.FAILED)
          log.warn('could not send traces; look at OTEL_EXPORTER_OTLP_ENDPOINT and its collector');
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
  const provider = new sdk.BasicTracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': options.serviceName }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(options.ratio) }),
    spanProcessors: [new sdk.BatchSpanProcessor(telling)],
  });
  const tracer = provider.getTracer('casegraph');
  const under = (parent: Span): Context => trace.setSpan(ROOT_CONTEXT, parent);
  const remote = (context: SpanContext | null): Context =>
    context ? trace.setSpanContext(ROOT_CONTEXT, { ...context, isRemote: true }) : ROOT_CONTEXT;
  const fail = (span: Span) => span.setStatus({ code: SpanStatusCode.ERROR });

  /** The lease that a connection is in. */
  const leases = new WeakMap<pg.PoolClient, Span>();
  const watched = new WeakSet<pg.PoolClient>();

  const watchStatements = (connection: pg.PoolClient) => {
    if (watched.has(connection)) return;
    watched.add(connection);
    const query = connection.query.bind(connection) as (...args: unknown[]) => unknown;
    const begin = (text: string, lease: Span) =>
      tracer.startSpan(
        statementSummary(text),
        { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'postgresql' } },
        under(lease),
      );
    const endFailed = (span: Span, failure: { code?: unknown }) => {
      if (typeof failure.code === 'string') span.setAttribute('db.response.status_code', failure.code);
      fail(span);
      span.end();
    };
    const traced = (...args: unknown[]) => {
      const lease = leases.get(connection);
      const [asked] = args;
      if (lease && asked instanceof Pipeline) {
        const spans = asked.statements.map(({ text }) => begin(text, lease));
        asked.onAnswer = (place) => spans[place]?.end();
        // It is the first without an answer that failed; those after it were not run.
        asked.onFailure = (place, failure) => spans[place] && endFailed(spans[place], failure);
        return query(...args);
      }
      const text = textOf(asked);
      if (!lease || text === null || typeof args.at(-1) === 'function') return query(...args);
      const span = begin(text, lease);
      const answered = query(...args) as Promise<unknown>;
      answered.then(
        () => span.end(),
        (failure: { code?: unknown }) => endFailed(span, failure),
      );
      return answered;
    };
    connection.query = traced as typeof connection.query;
  };

  return {
    begin: (name, traceparent) =>
      tracer.startSpan(name, { kind: SpanKind.SERVER }, remote(traceparent ? parseTraceParent(traceparent) : null)),
    end(span, code, attributes) {
      for (const [name, value] of Object.entries(attributes))
        if (value !== null) span.setAttribute(name, typeof value === 'string' ? value : [...value]);
      span.setAttribute('casegraph.code', code);
      if (code !== 'OK') fail(span);
      span.end();
    },
    async lease(parent, connect) {
      const span = tracer.startSpan('scope', {}, under(parent));
      try {
        const connection = await connect();
        span.addEvent('leased');
        watchStatements(connection);
        leases.set(connection, span);
        const release = connection.release.bind(connection);
        connection.release = (failure) => {
          leases.delete(connection);
          span.end();
          release(failure);
        };
        return connection;
      } catch (failure) {
        fail(span);
        span.end();
        throw failure;
      }
    },
    async stop() {
      await within(
        STOP_WITHIN_MS,
        provider.shutdown().catch(() => undefined),
      );
    },
  };
}

/** Null for what is no statement, as a cursor. */
function textOf(query: unknown): string | null {
  if (typeof query === 'string') return query;
  const { text, submit } = query as { text?: unknown; submit?: unknown };
  return typeof text === 'string' && submit === undefined ? text : null;
}
