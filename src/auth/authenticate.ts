import type { Database } from '../db/database.ts';
import { RequestError } from '../errors.ts';
import { isApiKey, verifyApiKey } from './api-keys.ts';
import type { Identity } from './identity.ts';
import type { VerifyJwt } from './jwt.ts';
import { findServiceKey, type ServiceKey } from './service-keys.ts';

/**
 * Where a credential may stand: request headers, or the connectionParams of a socket under the same names. The headers by
 * which a browser gives itself away are those of the request in either case.
 */
export interface CredentialSource {
  get(name: 'authorization' | 'apikey' | 'origin' | 'sec-fetch-site'): string | null;
}

/** Who may act for every organisation. */
export interface ServiceTrust {
  readonly keys: readonly ServiceKey[];
  /** Whether a token may do so as well, by its role service_role. */
  readonly tokens: boolean;
}

/** Null for a caller without a credential. */
export type Authenticate = (source: CredentialSource, requestId: string) => Promise<Identity | null>;

/**
 * `Authorization: Bearer <token or key>` first, then `apikey: <token or key>`. Supabase's clients send the user's token
 * in the one and the project's anon key in the other.
 */
export function createAuthenticate(verifyJwt: VerifyJwt, database: Database, service: ServiceTrust): Authenticate {
  return async (source, requestId) => {
    const credential = readCredential(source);
    if (credential === null) return null;
    if (isApiKey(credential)) return verifyApiKey(database, requestId, credential);
    const key = findServiceKey(service.keys, credential);
    const identity: Identity | null = key
      ? { kind: 'SERVICE', name: key.name, expiresAt: null }
      : await verifyJwt(credential);
    if (identity?.kind !== 'SERVICE') return identity;
    if (!key && !service.tokens)
      throw new RequestError(
        'UNAUTHENTICATED',
        'Tokens of the service role are turned off here (SERVICE_TOKENS). Use a service key of SERVICE_KEYS, or an API key of the organisation.',
      );
    refuseBrowsers(source);
    return identity;
  };
}

/**
 * What opens every organisation has no business where visitors can read it. Sec-Fetch-Mode alone is no browser's sign:
 * Node's own fetch sends it.
 */
function refuseBrowsers(source: CredentialSource): void {
  if (source.get('origin') === null && source.get('sec-fetch-site') === null) return;
  throw new RequestError(
    'FORBIDDEN',
    'This credential opens every organisation, and a browser has sent it, where anybody who sees the page can read it. Replace it, and let the page sign its users in: service keys and tokens are for servers.',
  );
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
