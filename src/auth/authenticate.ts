import type { Database } from '../db/scope.ts';
import { RequestError } from '../errors.ts';
import { isApiKey, verifyApiKey } from './api-keys.ts';
import type { Identity } from './identity.ts';
import type { VerifyJwt } from './jwt.ts';

/** Where a credential may stand: request headers, or the connectionParams of a socket under the same names. */
export interface CredentialSource {
  get(name: 'authorization' | 'apikey'): string | null;
}

/** Null for a caller without a credential. */
export type Authenticate = (source: CredentialSource, requestId: string) => Promise<Identity | null>;

/**
 * `Authorization: Bearer <token or key>` first, then `apikey: <token or key>`. Supabase's clients send the user's token
 * in the one and the project's anon key in the other.
 */
export function createAuthenticate(verifyJwt: VerifyJwt, database: Database): Authenticate {
  return async (source, requestId) => {
    const credential = readCredential(source);
    if (credential === null) return null;
    return isApiKey(credential) ? verifyApiKey(database, requestId, credential) : verifyJwt(credential);
  };
}

function readCredential(source: CredentialSource): string | null {
  const authorization = source.get('authorization');
  if (authorization) {
    const match = /^Bearer +(\S+)$/i.exec(authorization);
    if (!match?.[1])
      throw new RequestError('UNAUTHENTICATED', 'The Authorization header must read: Bearer <token or API key>.');
    return match[1];
  }
  return source.get('apikey') || null;
}
