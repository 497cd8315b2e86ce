import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from './routes.ts';

/** /metrics in the text format of Prometheus, for who brings the token: what an office does at night is nobody else's. */
export function createMetricsRoute(token: string, contentType: string, read: () => Promise<string>): RequestHandler {
  const expected = digest(`Bearer ${token}`);
  return async (request, response) => {
    // Digests are of one length, and say nothing of how far a guess was right.
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected))
      return void response
        .writeHead(401, { 'www-authenticate': 'Bearer', 'content-type': 'text/plain', 'cache-control': 'no-store' })
        .end('Send the header Authorization: Bearer, with the METRICS_TOKEN of this server.\n');
    const text = await read();
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(text);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
