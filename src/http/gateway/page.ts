import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Logger } from '../../log.ts';
import { assertMethod, HttpFailure } from '../http-failure.ts';
import { answerJson, factsOf } from '../json-answer.ts';
import type { RequestHandler } from '../routes.ts';

const START = `SwaggerUIBundle({
  url: '/gateway/openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  // It would send the address of this server to a service elsewhere.
  validatorUrl: null,
  persistAuthorization: false,
  defaultModelsExpandDepth: 0,
  docExpansion: 'list',
  tryItOutEnabled: true,
});
`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>casegraph gateway</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/gateway/ui/swagger-ui.css">
</head>
<body>
<div id="ui"></div>
<script src="/gateway/ui/swagger-ui-bundle.js"></script>
<script src="/gateway/ui/start.js"></script>
</body>
</html>
`;

interface PageFile {
  readonly type: string;
  /** Two megabytes: read when somebody asks, and not kept. */
  readonly read: () => Promise<Buffer | string> | string;
}

const require = createRequire(import.meta.url);

const JAVASCRIPT = 'text/javascript; charset=utf-8';

const FILES: Readonly<Record<string, PageFile>> = {
  'start.js': { type: JAVASCRIPT, read: () => START },
  'swagger-ui-bundle.js': {
    type: JAVASCRIPT,
    read: () => readFile(require.resolve('swagger-ui-dist/swagger-ui-bundle.js')),
  },
  'swagger-ui.css': {
    type: 'text/css; charset=utf-8',
    read: () => readFile(require.resolve('swagger-ui-dist/swagger-ui.css')),
  },
};

const HEADERS = {
  'cache-control': 'no-cache',
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // The page sets styles of single elements, and its icons are in its style sheet; it runs nothing and asks nobody but us.
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** The page that reads the gateway's description to people, at /gateway, and the files it needs, from this server alone. */
export function createPageRoute(log: Logger): RequestHandler {
  return (request, response) =>
    answerJson(response, factsOf(request, response).requestId, log, async () => {
      assertMethod(request.method, ['GET', 'HEAD']);
      const path = (request.url ?? '').split('?', 1)[0]!;
      const name = path.startsWith('/gateway/ui/') ? path.slice('/gateway/ui/'.length) : null;
      const file =
        name === null
          ? { type: 'text/html; charset=utf-8', read: () => PAGE }
          : Object.hasOwn(FILES, name) && FILES[name];
      if (!file) throw new HttpFailure(404, 'NOT_FOUND', 'The page at /gateway has no such file.');
      const content = await file.read();
      response
        .writeHead(200, { ...HEADERS, 'content-type': file.type, 'content-length': Buffer.byteLength(content) })
        .end(content);
      return null;
    });
}
