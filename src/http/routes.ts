import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunDocument } from '../graphql/run-document.ts';
import type { Limits } from '../limits.ts';
import type { Logger } from '../log.ts';
import { schema } from '../schema/index.ts';
import { createCaseHelperRoute } from './case-helper-route.ts';
import { createGateway } from './gateway/gateway.ts';
import { createOpenApiRoute } from './gateway/openapi-route.ts';
import { createPageRoute } from './gateway/page.ts';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What is served beside GraphQL, by path. */
export function createRoutes(parts: {
  run: RunDocument;
  log: Logger;
  limits: Limits;
  /** Whether there is a page to read the gateway on. */
  page: boolean;
  /** What serves /metrics; null where nobody may read them. */
  metrics: RequestHandler | null;
}): (path: string) => RequestHandler | null {
  const { run, log, limits, page, metrics } = parts;
  const caseHelper = createCaseHelperRoute(run, log, limits);
  const gateway = createGateway(schema, run, log, limits);
  const openApi = createOpenApiRoute(schema, log);
  const pages = page ? createPageRoute(log) : null;
  return (path) => {
    if (/^\/case\/[^/]+\/helper$/.test(path)) return caseHelper;
    if (path === '/gateway' || path === '/gateway/' || path.startsWith('/gateway/ui/')) return pages;
    if (path === '/metrics') return metrics;
    if (path === '/gateway/openapi.json') return openApi;
    return path.startsWith('/gateway/') ? gateway : null;
  };
}
