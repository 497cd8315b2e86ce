import type { IncomingMessage } from 'node:http';
import { HttpFailure } from './http-failure.ts';

/** A form of another site could send any other type without being asked whether it may. */
const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

/** The JSON of a request. @throws HttpFailure saying what is wrong with it */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!JSON_TYPE.test(type))
    throw unsupported('content-type', 'Send the body as JSON, with the header Content-Type: application/json.');
  if (/charset\s*=\s*"?(?!utf-?8)/i.test(type)) throw unsupported('content-type', 'Send the JSON in UTF-8.');
  if (!['', 'identity'].includes(request.headers['content-encoding'] ?? ''))
    throw unsupported('content-encoding', 'Send the body as it is, without compression.');
  const text = await readText(request, maxBytes);
  if (text.trim() === '') throw malformed('The body is empty; send a JSON object.');
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes what was sent.
    throw malformed('The body is not JSON. Look for a missing quote or comma, or a text put in without being escaped.');
  }
}

async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const body = await readBytes(request, maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw malformed('The body is not UTF-8.');
  }
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += (chunk as Buffer).length;
      // What else comes is let go once this is answered; a socket that is cut off at once would hide the answer.
      if (length > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    // Nobody is left to be told, and it is no fault of ours that a log should show.
    throw error instanceof HttpFailure ? error : malformed('The body broke off.');
  }
  return Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): HttpFailure {
  return new HttpFailure(413, 'PAYLOAD_TOO_LARGE', `The body is larger than ${maxBytes} bytes. Send less at once.`, [
    'body',
  ]);
}

function unsupported(header: string, message: string): HttpFailure {
  return new HttpFailure(415, 'VALIDATION_FAILED', message, [header]);
}

function malformed(message: string): HttpFailure {
  return new HttpFailure(400, 'VALIDATION_FAILED', message, ['body']);
}
