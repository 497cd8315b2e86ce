import { DEMO_EMAIL, loadDemoCase, seedDemo } from '../prisma/seed.ts';
import { type App, type AppDatabase, createApp } from './app.ts';
import { type JwtTrust, signToken } from './auth/jwt.ts';
import type { Config } from './config.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './db/embedded/embedded-postgres.ts';
import { createGraphiqlPage } from './graphql/graphiql.ts';
import { startHttpServer } from './http/server.ts';
import type { Logger } from './log.ts';

/** A running server. */
export interface RunningServer {
  readonly app: App;
  readonly url: string;
  /** Of a demo: tokens to try it with. */
  readonly demo: DemoTokens | null;
  readonly dataDir: string | null;
  stop(): Promise<void>;
}

interface DemoTokens {
  /** Null where such tokens are turned off. */
  readonly serviceToken: string | null;
  readonly userToken: string;
  readonly userEmail: string;
}

const DEMO_TOKEN_LIFETIME_S = 30 * 24 * 3600;

/**
 * Starts everything a server needs: the HTTP port, the embedded database when none is configured, and the app.
 * When a step fails, those before it are undone.
 */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const http = await startHttpServer(config.port, config.host, config.limits);
  let embedded: EmbeddedPostgres | null = null;
  let app: App | null = null;
  const stop = async () => {
    await (app ? app.stop(config.drainMs) : http.stop(0));
    await embedded?.stop();
  };
  try {
    embedded = config.databaseUrl
      ? null
      : await startEmbeddedPostgres({ dataDir: config.dataDir, log: (message) => log.info(message) });
    const appDatabase = embedded ? embeddedDatabase(embedded) : externalDatabase(config);
    let demo: (DemoTokens & { userId: string }) | null = null;
    app = await createApp({
      config,
      appDatabase,
      trust: trustOf(config, embedded),
      http,
      log,
      page: config.graphiql
        ? ({ database }) => {
            const withDemo = createGraphiqlPage(async () => {
              const example = demo && (await loadDemoCase(database, demo.userId));
              return example && demo ? { ...example, token: demo.userToken } : null;
            });
            const without = createGraphiqlPage(async () => null);
            // The demo's token is for this machine alone: not for a network that is served as well, and not for a page of
            // another site that brings its visitors' browsers here under its own name.
            const isLocal = isLoopbackName(config.host);
            return (host) => (demo && isLocal && isLoopbackName(host) ? withDemo() : without());
          }
        : null,
    });
    if (embedded) demo = await startDemo(embedded, app, config);
    let stopping: Promise<void> | null = null;
    return {
      app,
      url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${http.port}`,
      demo,
      dataDir: embedded?.dataDir ?? null,
      stop: () => {
        stopping ??= stop();
        return stopping;
      },
    };
  } catch (error) {
    await stop();
    if (!config.databaseUrl) throw error;
    const { message, code } = error as Error & { code?: string };
    // An attempt at several addresses that all fail has a code and no message.
    throw new Error(`The database of DATABASE_URL can not be used: ${message || code}`, { cause: error });
  }
}

async function startDemo(
  embedded: EmbeddedPostgres,
  app: App,
  config: Config,
): Promise<DemoTokens & { userId: string }> {
  const { userId } = await seedDemo(embedded.url(), app.database);
  const secret = config.jwtSecret ?? embedded.secrets.serverSecret;
  return {
    userId,
    userEmail: DEMO_EMAIL,
    userToken: await signToken(secret, { role: 'authenticated', userId, email: DEMO_EMAIL }, DEMO_TOKEN_LIFETIME_S),
    serviceToken: config.serviceTokens
      ? await signToken(secret, { role: 'service_role' }, DEMO_TOKEN_LIFETIME_S)
      : null,
  };
}

function embeddedDatabase(embedded: EmbeddedPostgres): AppDatabase {
  return { adminUrl: embedded.url(), directUrl: embedded.url(), loginSecret: embedded.secrets.serverSecret };
}

function externalDatabase(config: Config): AppDatabase {
  const adminUrl = config.databaseUrl!;
  // Every instance that knows DATABASE_URL comes to the same passwords.
  return {
    adminUrl,
    directUrl: config.databaseDirectUrl!,
    loginSecret: `${new URL(adminUrl).password}|${config.jwtSecret ?? ''}`,
  };
}

function trustOf(config: Config, embedded: EmbeddedPostgres | null): JwtTrust {
  const common = { issuer: config.jwtIssuer, audience: config.jwtAudience };
  if (config.jwksUrl) return { kind: 'jwks', url: config.jwksUrl, ...common };
  return { kind: 'secret', secret: config.jwtSecret ?? embedded!.secrets.serverSecret, ...common };
}

function isLoopbackName(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])(:\d+)?$/i.test(host);
}
