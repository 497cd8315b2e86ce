import { createHmac } from 'node:crypto';
import { JWT_SECRET } from '../support/secrets.ts';

export type Claims = Record<string, unknown>;

export const nowS = () => Math.floor(Date.now() / 1000);

/** A token put together by hand, so that it can be wrong in any way. */
export function tokenOf(
  claims: Claims,
  { header = { alg: 'HS256', typ: 'JWT' } as object, secret = JWT_SECRET as string | Buffer } = {},
): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

export function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
