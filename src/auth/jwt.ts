import { type JWTPayload, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { RequestError } from '../errors.ts';
import type { Identity } from './identity.ts';
import { createPublishedKeys } from './published-keys.ts';

/** How tokens are verified: one way, chosen by configuration and never by what a token says of itself. */
export type JwtTrust =
  | { readonly kind: 'secret'; readonly secret: string; readonly issuer: string | null; readonly audience: string }
  | { readonly kind: 'jwks'; readonly url: string; readonly issuer: string | null; readonly audience: string };

/** Who a token speaks for; null for Supabase's `anon` key, which speaks for nobody. */
export type VerifyJwt = (token: string) => Promise<Identity | null>;

const CLOCK_TOLERANCE_S = 30;
const MAX_TOKEN_LENGTH = 8_192;

const claims = z.discriminatedUnion('role', [
  z.object({ role: z.literal('authenticated'), sub: z.uuid(), exp: z.number() }),
  z.object({ role: z.literal('service_role'), sub: z.string().max(100).optional(), exp: z.number() }),
  z.object({ role: z.literal('anon'), exp: z.number() }),
]);

/** Verifier of Supabase-style tokens. It rejects with UNAUTHENTICATED, saying what is wrong but nothing of the token. */
export function createJwtVerifier(trust: JwtTrust): VerifyJwt {
  const options: JWTVerifyOptions = {
    algorithms: trust.kind === 'secret' ? ['HS256'] : ['ES256', 'RS256'],
    requiredClaims: ['exp'],
    clockTolerance: CLOCK_TOLERANCE_S,
    ...(trust.issuer ? { issuer: trust.issuer } : {}),
  };
  const verify = verifierOf(trust, options);
  return async (token) => {
    if (token.length > MAX_TOKEN_LENGTH) throw unauthenticated('The token is too long.');
    const payload = await verify(token).catch((error: { code?: string }) => {
      if (error instanceof RequestError) throw error;
      if (error.code === 'ERR_JWT_EXPIRED')
        throw unauthenticated('The token has expired; sign in again or refresh it.');
      throw unauthenticated('The token is not signed by the key this server trusts, or its claims are not acceptable.');
    });
    const parsed = claims.safeParse(payload);
    if (!parsed.success)
      throw unauthenticated(
        'The token lacks a claim: role must be authenticated (with a UUID as sub) or service_role.',
      );
    const found = parsed.data;
    if (found.role === 'anon') return null;
    const expiresAt = found.exp * 1000;
    if (found.role === 'service_role') return { kind: 'SERVICE', name: found.sub || 'service_role', expiresAt };
    // Service tokens of Supabase carry no audience; users' do.
    if (![payload.aud].flat().includes(trust.audience))
      throw unauthenticated('The token is meant for another audience.');
    return { kind: 'USER', userId: found.sub, expiresAt };
  };
}

function verifierOf(trust: JwtTrust, options: JWTVerifyOptions): (token: string) => Promise<JWTPayload> {
  if (trust.kind === 'secret') {
    const key = new TextEncoder().encode(trust.secret);
    return async (token) => (await jwtVerify(token, key, options)).payload;
  }
  const findKey = createPublishedKeys(trust.url);
  return async (token) => (await jwtVerify(token, findKey, options)).payload;
}

/** Signs a token with an HS256 secret. `lifetimeS` in seconds from now; negative makes an expired one. */
export async function signToken(
  secret: string,
  subject: { role: 'service_role'; name?: string } | { role: 'authenticated'; userId: string; email?: string },
  lifetimeS: number,
): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000);
  const body =
    subject.role === 'authenticated'
      ? {
          role: subject.role,
          sub: subject.userId,
          aud: 'authenticated',
          ...(subject.email ? { email: subject.email } : {}),
        }
      : { role: subject.role, ...(subject.name ? { sub: subject.name } : {}) };
  return new SignJWT(body)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + lifetimeS)
    .sign(new TextEncoder().encode(secret));
}

function unauthenticated(message: string): RequestError {
  return new RequestError('UNAUTHENTICATED', message);
}
