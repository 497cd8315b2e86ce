import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds. Reads of a row take 1 ms, saves 5, and a statement is ended after 8 s. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Every metric there is, docs/OPERATIONS.md says what to make of them. Values of labels come from closed lists of ours: a
 * text of a client would be a new series each time. Gauges are set when they are read.
 */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const about = <Label extends string>(name: string, help: string, ...labelNames: Label[]) => ({
    name: `casegraph_${name}`,
    help,
    labelNames,
    registers: [registry],
  });
  return {
    registry,

    operations: new Counter(
      about(
        'operations_total',
        'Operations that have ended, by what they came to: OK or an error code.',
        'transport',
        'kind',
        'code',
      ),
    ),
    operationSeconds: new Histogram({
      ...about('operation_seconds', 'How long queries and mutations took to execute.', 'transport', 'kind'),
      buckets: DURATION_BUCKETS,
    }),
    httpRequests: new Counter(
      about('http_requests_total', 'HTTP requests that have been answered, or given up.', 'route', 'status'),
    ),
    writes: new Counter(about('writes_total', 'Mutation fields, by what they came to.', 'mutation', 'outcome')),
    replays: new Counter(
      about('idempotent_replays_total', 'Writes that were answered from what an idempotency key had done before.'),
    ),
    versionConflicts: new Counter(
      about('version_conflicts_total', 'Saves that were refused because others had saved since.'),
    ),

    sockets: new Gauge(about('sockets', 'WebSockets that are open.')),
    subscriptions: new Gauge(about('subscriptions', 'Subscriptions that are open.', 'transport')),
    events: new Counter(about('events_total', 'Events that were handed to subscribers.')),
    conflations: new Counter(
      about(
        'conflations_total',
        'Versions that subscribers with policy LATEST were spared, because newer ones were there.',
      ),
    ),

    feedListening: new Gauge(
      about(
        'feed_listening',
        '1 while notices of the database arrive; 0: news comes by polling, up to a second later.',
      ),
    ),
    feedLagEntries: new Gauge(
      about(
        'feed_lag_entries',
        'Entries that the log of an organisation followed here is ahead of this instance, at most.',
      ),
    ),
    feedLagSeconds: new Gauge(about('feed_lag_seconds', 'Age of the oldest such entry.')),

    databaseUp: new Gauge(about('database_up', '1 when the database answered this scrape.')),
    poolConnections: new Gauge(about('pool_connections', 'Connections to the database.', 'pool', 'state')),
    poolMax: new Gauge(about('pool_connections_max', 'Connections that a pool may have.', 'pool')),
    poolWaiting: new Gauge(about('pool_waiting', 'Scopes that wait for a connection.', 'pool')),
    queueRows: new Gauge(
      about('queue_rows', 'Rows that wait to be swept, counted up to 10,000 of each kind.', 'queue'),
    ),
  };
}
