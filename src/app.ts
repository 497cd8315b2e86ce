import { createAuthenticate } from './auth/authenticate.ts';
import { createJwtVerifier, type JwtTrust } from './auth/jwt.ts';
import { rememberVerified } from './auth/verified-tokens.ts';
import type { Config } from './config.ts';
import { Database } from './db/database.ts';
import { prepareLogins } from './db/login-roles.ts';
import { migrate } from './db/migrations/migrate.ts';
import { createPool, type Pools } from './db/pools.ts';
import { startSweeping } from './db/sweep.ts';
import type { RenderPage } from './graphql/graphiql.ts';
import { createAddressOf } from './graphql/limits/client-address.ts';
import { Guard } from './graphql/limits/guard.ts';
import { PersistedDocuments } from './graphql/limits/persisted-documents.ts';
import { createRunDocument } from './graphql/run-document.ts';
import { attachWebSockets } from './graphql/websocket.ts';
import { createGraphql } from './graphql/yoga.ts';
import { createGraphqlRoute } from './http/graphql-route.ts';
import { ReadinessCheck } from './http/health.ts';
import { createMetricsRoute } from './http/metrics-route.ts';
import { createRoutes } from './http/routes.ts';
import type { HttpServer } from './http/server.ts';
import type { Logger } from './log.ts';
import { createMetrics } from './observe/metrics.ts';
import { Observer } from './observe/observer.ts';
import { readMetrics } from './observe/read-gauges.ts';
import { startTracing } from './observe/tracing.ts';
import { schema } from './schema/index.ts';
import { FeedHub } from './subscriptions/feed-hub.ts';

/** Where the data is, and the secrets that go with it: the embedded database's, or the environment's. */
export interface AppDatabase {
  /** Login that owns the schema; it migrates. */
  readonly adminUrl: string;
  /** Where LISTEN works. */
  readonly directUrl: string;
  /** The passwords of the server's own logins follow from it. */
  readonly loginSecret: string;
}

export interface App {
  readonly database: Database;
  readonly hub: FeedHub;
  readonly pools: Pools;
  /**
   * Answers what runs, closes sockets with 1012, then the pools. For `drainMs` before that (0 unless given) everything is
   * still served, while /ready sends load balancers elsewhere.
   */
  stop(drainMs?: number): Promise<void>;
}

const FINISH_WITHIN_MS = 15_000;

/** The only place that wires the parts together. The HTTP server listens already; this makes it serve. */
export async function createApp(parts: {
  config: Config;
  appDatabase: AppDatabase;
  trust: JwtTrust;
  http: HttpServer;
  log: Logger;
  page: ((app: Pick<App, 'database'>) => (host: string) => ReturnType<RenderPage>) | null;
}): Promise<App> {
  const { config, appDatabase, trust, http, log } = parts;
  const persisted = PersistedDocuments.read(config.persistedDocuments, config.freeDocuments);
  await migrate({ url: appDatabase.adminUrl, log: (message) => log.info(message) });
  const logins = await prepareLogins(appDatabase.adminUrl, appDatabase.loginSecret, log);
  const pools = {
    authenticated: createPool(logins.apiUrl, config.poolMax, log),
    service_role: createPool(logins.serviceUrl, config.poolMax, log),
  };
  const tracing = config.tracing && (await startTracing(config.tracing, log));
  const database = new Database(pools, tracing, config.limits.statementMs);
  const hub = new FeedHub({ database, listenUrl: listenUrl(appDatabase.directUrl, logins), log });
  await hub.start();

  const metrics = config.metricsToken ? createMetrics() : null;
  const observer = new Observer({ log, metrics, tracing });
  const options = {
    database,
    hub,
    log,
    authenticate: createAuthenticate(rememberVerified(createJwtVerifier(trust)), database, {
      keys: config.serviceKeys,
      tokens: config.serviceTokens,
    }),
    guard: new Guard(schema, { limits: config.limits, introspection: config.introspection, persisted }),
    addressOf: createAddressOf(config.trustedProxies),
    hidesSuggestions: config.production,
    socketOrigins: config.socketOrigins,
    observer,
  };
  const yoga = createGraphql(options);
  const webSockets = attachWebSockets(http.server, yoga, options);
  const observed = {
    ...{ observer, pools, database, hub },
    retention: config.feedRetention,
    countSockets: () => webSockets.count,
  };
  const metricsRoute =
    metrics &&
    createMetricsRoute(config.metricsToken!, metrics.registry.contentType, () => readMetrics(metrics, observed));
  const route = createRoutes({
    run: createRunDocument(yoga, options),
    log,
    limits: config.limits,
    page: config.graphiql,
    metrics: metricsRoute,
  });
  const readiness = new ReadinessCheck({ database, hub, confined: logins.confined });
  const stopSweeping = startSweeping(database, config.feedRetention, log);
  http.serve({
    graphql: createGraphqlRoute(yoga, options),
    observe: (request, response) => observer.begin(request, response),
    readiness: () => readiness.read(),
    route,
    page: parts.page?.({ database }) ?? null,
  });

  return {
    database,
    hub,
    pools,
    stop: async (drainMs = 0) => {
      const swept = stopSweeping();
      await http.drain(drainMs);
      const finished = http.stop(FINISH_WITHIN_MS);
      await webSockets.stop(FINISH_WITHIN_MS);
      await hub.stop();
      await finished;
      await swept;
      await Promise.all(Object.values(pools).map((pool) => pool.end()));
      await tracing?.stop();
    },
  };
}

/** The confined login at the direct address; the login of that address where there is no confined one. */
function listenUrl(directUrl: string, logins: { serviceUrl: string; confined: boolean }): string {
  if (!logins.confined) return directUrl;
  const url = new URL(directUrl);
  const service = new URL(logins.serviceUrl);
  url.username = service.username;
  url.password = service.password;
  return url.href;
}
