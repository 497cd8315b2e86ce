import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { createJwtVerifier } from '../../src/auth/jwt.ts';
import { JWT_SECRET } from '../support/secrets.ts';
import { type Claims, encode, nowS, tokenOf } from './tokens.ts';

const USER_ID = randomUUID();
const trust = { kind: 'secret', secret: JWT_SECRET, issuer: null, audience: 'authenticated' } as const;
const verify = createJwtVerifier(trust);

const userClaims = (changes: Claims = {}): Claims => ({
  role: 'authenticated',
  sub: USER_ID,
  aud: 'authenticated',
  exp: nowS() + 600,
  ...changes,
});
const without = (name: string): Claims =>
  Object.fromEntries(Object.entries(userClaims()).filter(([key]) => key !== name));

const publicKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' });

const REFUSED: Record<string, () => string> = {
  'signed with another secret': () => tokenOf(userClaims(), { secret: 'another-secret-0123456789-0123456789' }),
  'with an empty secret': () => tokenOf(userClaims(), { secret: '' }),
  'without signature': () => tokenOf(userClaims()).replace(/[^.]+$/, ''),
  'alg none': () => `${encode({ alg: 'none' })}.${encode(userClaims())}.`,
  'alg None with the signature of HS256': () => tokenOf(userClaims(), { header: { alg: 'None' } }),
  'alg RS256, signed as HS256 with the secret': () => tokenOf(userClaims(), { header: { alg: 'RS256' } }),
  'alg HS256, signed with a public key': () => tokenOf(userClaims(), { secret: Buffer.from(publicKey) }),
  'alg HS512': () => tokenOf(userClaims(), { header: { alg: 'HS512' } }),
  'its own key in the header': () =>
    tokenOf(userClaims(), { header: { alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } }, secret: '\0\0\0' }),
  'an unknown critical header': () => tokenOf(userClaims(), { header: { alg: 'HS256', crit: ['b64'], b64: false } }),
  'a kid that is a path, and the content of that file as its secret': () =>
    tokenOf(userClaims(), { header: { alg: 'HS256', kid: '../../../dev/null' }, secret: '' }),
  'a kid that is SQL': () =>
    tokenOf(userClaims(), { header: { alg: 'HS256', kid: "' union select 'x' --" }, secret: 'x' }),
  'a key to be fetched from where it says': () =>
    tokenOf(userClaims(), {
      header: { alg: 'HS256', jku: 'http://127.0.0.1:1/keys', x5u: 'http://127.0.0.1:1/chain' },
      secret: 'theirs-0123456789-0123456789-0123456789',
    }),
  'a critical header, empty': () => tokenOf(userClaims(), { header: { alg: 'HS256', crit: [] } }),
  'no alg at all': () => tokenOf(userClaims(), { header: { typ: 'JWT' } }),
  'two algs': () => tokenOf(userClaims(), { header: { alg: ['HS256', 'none'] } }),
  'encrypted, not signed': () => `${encode({ alg: 'dir', enc: 'A128GCM' })}..${encode({})}.${encode({})}.${encode({})}`,
  'changed after signing': () => {
    const [header, , signature] = tokenOf(userClaims()).split('.');
    return `${header}.${encode(userClaims({ role: 'service_role' }))}.${signature}`;
  },
  'expired beyond the tolerance': () => tokenOf(userClaims({ exp: nowS() - 32 })),
  'without exp': () => tokenOf(without('exp')),
  'with exp as text': () => tokenOf(userClaims({ exp: 'never' })),
  'with exp as null': () => tokenOf(userClaims({ exp: null })),
  'of the service role without exp': () => tokenOf({ role: 'service_role' }),
  'of anon without exp': () => tokenOf({ role: 'anon' }),
  'not valid yet': () => tokenOf(userClaims({ nbf: nowS() + 60 })),
  'without sub': () => tokenOf(without('sub')),
  'with a sub that is no UUID': () => tokenOf(userClaims({ sub: "' or 1=1 --" })),
  'with an empty sub': () => tokenOf(userClaims({ sub: '' })),
  'without aud': () => tokenOf(without('aud')),
  'with no audience in a list': () => tokenOf(userClaims({ aud: [] })),
  'for another audience': () => tokenOf(userClaims({ aud: 'storage' })),
  'of an unknown role': () => tokenOf(userClaims({ role: 'postgres' })),
  'of several roles': () => tokenOf(userClaims({ role: ['authenticated', 'service_role'] })),
  'without role': () => tokenOf(without('role')),
  'longer than 8 KiB': () => tokenOf(userClaims({ padding: 'x'.repeat(8_192) })),
  garbage: () => 'not.a.token',
  'one word': () => 'token',
  'JSON that is no object': () => tokenOf([] as never),
};

describe('a token is UNAUTHENTICATED', () => {
  for (const [title, make] of Object.entries(REFUSED))
    test(title, async () => {
      const token = make();
      const refusal = await verify(token).then(
        () => 'accepted',
        (error) => error,
      );
      expect(refusal).toMatchObject({ code: 'UNAUTHENTICATED' });
      for (const part of token.split('.').filter((part) => part.length > 6))
        expect(refusal.message).not.toContain(part);
    });
});

describe('a token is taken', () => {
  test('of a user, until its exp', async () => {
    const claims = userClaims();
    expect(await verify(tokenOf(claims))).toEqual({
      kind: 'USER',
      userId: USER_ID,
      expiresAt: (claims.exp as number) * 1000,
    });
  });

  test('with one fitting audience of several', async () => {
    expect(await verify(tokenOf(userClaims({ aud: ['storage', 'authenticated'] })))).toMatchObject({ kind: 'USER' });
  });

  test('up to 30 seconds after its end, for clocks that differ, and not a second longer', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });
    try {
      expect(await verify(tokenOf(userClaims({ exp: nowS() - 29 })))).toMatchObject({ kind: 'USER' });
      await expect(verify(tokenOf(userClaims({ exp: nowS() - 30 })))).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
      expect(await verify(tokenOf(userClaims({ nbf: nowS() + 30 })))).toMatchObject({ kind: 'USER' });
      await expect(verify(tokenOf(userClaims({ nbf: nowS() + 31 })))).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    } finally {
      vi.useRealTimers();
    }
  });

  test('of the service role, named or not, without an audience', async () => {
    const exp = nowS() + 60;
    expect(await verify(tokenOf({ role: 'service_role', exp }))).toEqual({
      kind: 'SERVICE',
      name: 'service_role',
      expiresAt: exp * 1000,
    });
    expect(await verify(tokenOf({ role: 'service_role', sub: 'make', exp }))).toMatchObject({ name: 'make' });
  });

  test('of anon, as nobody', async () => {
    expect(await verify(tokenOf({ role: 'anon', exp: nowS() + 60 }))).toBeNull();
  });
});

test('a user can not put claims of a key or another role beside his own: only role and sub are read', async () => {
  const identity = await verify(tokenOf(userClaims({ api_key_id: randomUUID(), user_metadata: { role: 'admin' } })));
  expect(Object.keys(identity!)).toEqual(['kind', 'userId', 'expiresAt']);
});

test('a configured issuer must be the token’s', async () => {
  const strict = createJwtVerifier({ ...trust, issuer: 'https://ours.example/auth/v1' });
  expect(await strict(tokenOf(userClaims({ iss: 'https://ours.example/auth/v1' })))).toMatchObject({ kind: 'USER' });
  for (const iss of ['https://theirs.example/auth/v1', undefined])
    await expect(strict(tokenOf(userClaims({ iss })))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
