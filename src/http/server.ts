import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import type { Readiness } from './health.ts';
import type { RequestHandler } from './routes.ts';

/** What the server answers with once the rest is up. */
export interface Handlers {
  readonly graphql: (request: IncomingMessage, response: ServerResponse) => unknown;
  readonly readiness: () => Promise<Readiness>;
  /** Follows each request to its end. */
  readonly observe: (request: IncomingMessage, response: ServerResponse) => void;
  /** What serves a path beside these; null where nothing does. */
  readonly route: (path: string) => RequestHandler | null;
  /** The GraphiQL page for a browser that came under this host name; null where there is none. */
  readonly page: ((host: string) => Promise<string> | string) | null;
}

export interface HttpServer {
  readonly server: Server;
  readonly port: number;
  /** Until this is called everything but /health answers 503. */
  serve(handlers: Handlers): void;
  /**
   * Says on /ready that it stops, for `ms` or until nobody is connected. It goes on serving and ends each connection with
   * its answer, so that clients come back through a load balancer that has been told to lead them elsewhere.
   */
  drain(ms: number): Promise<void>;
  /** Accepts nothing more, ends event streams and lets what is running finish, for at most `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

const SWEEP_EVERY_MS = 50;
/** How often Node looks for requests that take too long to arrive. */
const CHECK_EVERY_MS = 5_000;
/** How long a client that has its answer may go on sending what nobody reads; cut off at once, it might miss the answer. */
const LINGER_MS = 1_000;

/**
 * Listens before anything else is started, so that a taken port is known at once and an orchestrator sees the process.
 * @throws Error naming PORT when it is taken
 */
export async function startHttpServer(
  port: number,
  host: string,
  limits: Limits = DEFAULT_LIMITS,
): Promise<HttpServer> {
  let handlers: Handlers | null = null;
  let draining = false;
  const streams = new Set<ServerResponse>();
  /** Connections on which no request has come yet. Node counts them neither as idle nor as busy. */
  const fresh = new Set<Socket>();
  /** Connections that have been promised their last answer. What is sent after that is not carried out: nobody would hear. */
  const ending = new WeakSet<Socket>();
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      maxHeaderSize: limits.headerBytes,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: Math.min(limits.headersMs, limits.requestMs, CHECK_EVERY_MS),
    },
    (request, response) => {
      fresh.delete(request.socket);
      handlers?.observe(request, response);
      if (draining) {
        if (ending.has(request.socket)) return;
        ending.add(request.socket);
        response.shouldKeepAlive = false;
      }
      if (request.headers.accept?.includes('text/event-stream')) {
        streams.add(response);
        response.once('close', () => streams.delete(response));
      }
      response.once('finish', () => {
        if (request.complete) return;
        const cut = setTimeout(() => request.socket.destroy(), LINGER_MS);
        request.once('close', () => clearTimeout(cut));
      });
      void route(request, response, handlers, draining).catch(() => {
        if (!response.headersSent) sendJson(response, 500, { status: 'error' });
        else response.destroy();
      });
    },
  );
  server.on('connection', (socket) => {
    fresh.add(socket);
    socket.once('close', () => fresh.delete(socket));
  });
  // More are closed at once, before they can send anything.
  server.maxConnections = limits.connections;
  await listen(server, port, host);
  const address = server.address();
  return {
    server,
    port: typeof address === 'object' && address ? address.port : port,
    serve: (given) => {
      handlers = given;
    },
    drain: async (ms) => {
      draining = true;
      for (let leftMs = ms; leftMs > 0 && (await countConnections(server)) > 0; leftMs -= SWEEP_EVERY_MS)
        await new Promise((resolve) => setTimeout(resolve, SWEEP_EVERY_MS));
    },
    stop: async (withinMs) => {
      draining = true;
      // A stream of events never finishes by itself.
      const endStreams = () => {
        for (const stream of streams) if (stream.headersSent) stream.destroy();
      };
      const closed = new Promise((resolve) => server.close(resolve));
      const release = () => {
        server.closeIdleConnections();
        for (const socket of fresh) if (socket.bytesRead === 0) socket.destroy();
        endStreams();
      };
      release();
      // Whatever finishes meanwhile leaves a kept-alive connection behind.
      const sweep = setInterval(release, SWEEP_EVERY_MS);
      const deadline = setTimeout(() => server.closeAllConnections(), withinMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(deadline);
    },
  };
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  handlers: Handlers | null,
  isDraining: boolean,
): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0]!;
  if (path === '/health') return sendJson(response, 200, { status: 'ok' });
  if (!handlers) return sendJson(response, 503, { status: 'starting' }, { 'retry-after': '2' });
  if (path === '/ready') {
    if (isDraining) return sendJson(response, 503, { status: 'stopping' });
    const readiness = await handlers.readiness();
    return sendJson(response, readiness.status === 'unavailable' ? 503 : 200, readiness);
  }
  if (path === '/' && handlers.page) return void response.writeHead(302, { location: '/graphql' }).end();
  const handle = handlers.route(path);
  if (handle) return handle(request, response);
  if (path !== '/graphql')
    return sendJson(response, 404, { status: 'not found', see: ['/graphql', '/gateway', '/health', '/ready'] });
  if (request.method === 'GET' && handlers.page && request.headers.accept?.includes('text/html')) {
    const page = await handlers.page(request.headers.host ?? '');
    return void response.writeHead(200, PAGE_HEADERS).end(page);
  }
  // What builds a URL of it would throw, and this is no fault of ours.
  if (!URL.canParse(`http://${request.headers.host ?? 'none'}`)) return sendJson(response, 400, NO_HOST);
  if (request.method === 'POST' && !JSON_IN_UTF8.test(request.headers['content-type'] ?? ''))
    return sendJson(response, 415, NO_JSON, { 'accept-post': 'application/json' });
  await handlers.graphql(request, response);
}

/** Forms and plain text are what a page of another site could have its visitors' browsers send, without asking whether it may. */
const NO_JSON = {
  errors: [
    {
      message: 'Send the request as JSON in UTF-8, with the header Content-Type: application/json.',
      extensions: { code: 'VALIDATION_FAILED', field: ['content-type'] },
    },
  ],
};
const JSON_IN_UTF8 = /^application\/([\w.-]+\+)?json\s*(;(?!.*charset\s*=\s*"?(?!utf-?8)).*)?$/i;

const NO_HOST = {
  errors: [{ message: 'The header Host names no host.', extensions: { code: 'VALIDATION_FAILED', field: ['host'] } }],
};

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(error ? 0 : count)));
}

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // The browser itself holds the page to what it promises: it loads nothing from elsewhere, and talks to this server alone.
  'content-security-policy':
    "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob:; style-src 'unsafe-inline'; img-src data:; font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

function sendJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
    .end(JSON.stringify(body));
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(
          new Error(
            `PORT ${port} is taken by another program. Stop it, or start with another one: PORT=${port + 1} npm start`,
          ),
        );
      else if (error.code === 'EACCES')
        reject(new Error(`PORT ${port} may not be opened by this user. Choose one above 1023, as PORT=4000.`));
      else if (['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'].includes(error.code ?? ''))
        reject(new Error(`HOST ${host} is no address of this machine.`));
      else reject(error);
    });
    server.listen(port, host, resolve);
  });
}
