import { type App, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { createLogger, type Logger } from '../../src/log.ts';
import type { TestDatabase } from './database.ts';
import { JWT_SECRET, LOGIN_SECRET } from './secrets.ts';

/** A server as in production, in this process, on a port of its own. */
export interface TestServer {
  readonly url: string;
  readonly app: App;
  stop(): Promise<void>;
}

export async function startTestServer(
  database: TestDatabase,
  options: { log?: Logger; directUrl?: string; environment?: Record<string, string> } = {},
): Promise<TestServer> {
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: database.adminUrl,
    JWT_SECRET,
    DATABASE_POOL_MAX: '8',
    ...options.environment,
  });
  const http = await startHttpServer(0, '127.0.0.1', config.limits);
  const app = await createApp({
    config,
    appDatabase: {
      adminUrl: database.adminUrl,
      directUrl: options.directUrl ?? database.adminUrl,
      loginSecret: LOGIN_SECRET,
    },
    trust: { kind: 'secret', secret: JWT_SECRET, issuer: null, audience: 'authenticated' },
    http,
    log: options.log ?? createLogger('silent'),
    page: null,
  });
  let stopping: Promise<void> | null = null;
  return {
    url: `http://127.0.0.1:${http.port}`,
    app,
    stop: () => {
      stopping ??= app.stop();
      return stopping;
    },
  };
}
