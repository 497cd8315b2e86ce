/** Who is asking, as the verified token or key says. */
export type Identity = UserIdentity | ApiKeyIdentity | ServiceIdentity;

export interface UserIdentity {
  readonly kind: 'USER';
  readonly userId: string;
  /** Milliseconds since the epoch at which the token ends; null for never. */
  readonly expiresAt: number | null;
}

export interface ApiKeyIdentity {
  readonly kind: 'API_KEY';
  readonly apiKeyId: string;
  readonly name: string;
  readonly expiresAt: number | null;
  /** Gateway names of the operations it may call, as case.upsert; null for all. */
  readonly operations: readonly string[] | null;
  /** JSON Pointers of the helper at or below which it may write; null for the whole helper. */
  readonly writablePointers: readonly string[] | null;
  /** Its holder reads every 200 as success, so failures are answered with the HTTP status of their code. */
  readonly strictStatus: boolean;
}

export interface ServiceIdentity {
  readonly kind: 'SERVICE';
  readonly name: string;
  readonly expiresAt: number | null;
}

/** The name under which Postgres records what this identity writes; private.actor() comes to the same. */
export function actorOf(identity: Identity): string {
  switch (identity.kind) {
    case 'USER':
      return `USER:${identity.userId}`;
    case 'API_KEY':
      return `API_KEY:${identity.apiKeyId}`;
    case 'SERVICE':
      return `SERVICE:${identity.name}`;
  }
}

/** The claims that policies and triggers read. Made from the identity, never passed through from the token. */
export function claimsOf(identity: Identity): string {
  switch (identity.kind) {
    case 'USER':
      return JSON.stringify({ role: 'authenticated', sub: identity.userId });
    case 'API_KEY':
      return JSON.stringify({ role: 'authenticated', api_key_id: identity.apiKeyId });
    case 'SERVICE':
      return JSON.stringify({ role: 'service_role', sub: identity.name });
  }
}
