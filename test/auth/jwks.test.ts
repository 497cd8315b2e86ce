import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, SignJWT } from 'jose';
import { test as base, expect, vi } from 'vitest';
import { createJwtVerifier, type VerifyJwt } from '../../src/auth/jwt.ts';
import { nowS, tokenOf } from './tokens.ts';

const USER_ID = randomUUID();

interface SignIn {
  readonly url: string;
  /** Times the keys were fetched. */
  readonly fetches: () => number;
  /** Makes a key and serves it; with `only`, no other any more. */
  addKey(kid: string, only?: boolean): Promise<GenerateKeyPairResult>;
  /** Answers 500 from now on. */
  breakDown(): void;
  stop(): Promise<void>;
}

const test = base.extend<{ signIn: SignIn; verify: VerifyJwt }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern
  signIn: async ({}, use) => {
    const signIn = await startSignIn();
    await use(signIn);
    await signIn.stop();
  },
  verify: async ({ signIn }, use) => {
    await use(createJwtVerifier({ kind: 'jwks', url: signIn.url, issuer: null, audience: 'authenticated' }));
  },
});

test('a token signed by a published key is taken, and the keys are fetched once', async ({ signIn, verify }) => {
  const { privateKey } = await signIn.addKey('one');
  for (let call = 0; call < 5; call++)
    expect(await verify(await sign(privateKey, 'one'))).toMatchObject({ kind: 'USER', userId: USER_ID });
  expect(signIn.fetches()).toBe(1);
});

test('with published keys a token signed with a shared secret is refused, whatever the secret', async ({
  signIn,
  verify,
}) => {
  const { publicKey } = await signIn.addKey('one');
  const claims = { role: 'service_role', exp: nowS() + 60 };
  const jwk = await exportJWK(publicKey);
  for (const secret of ['jwt-secret-of-the-tests-0123456789-abcdef', JSON.stringify(jwk), jwk.x!, ''])
    for (const header of [{ alg: 'HS256', kid: 'one' }, { alg: 'HS256' }, { alg: 'ES256', kid: 'one' }])
      await expect(verify(tokenOf(claims, { header, secret }))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a token that brings or names its own key is refused, and nothing is fetched from where it points', async ({
  signIn,
  verify,
}) => {
  await signIn.addKey('one');
  const evil = await generateKeyPair('ES256');
  const jwk = await exportJWK(evil.publicKey);
  let visits = 0;
  const trap = createServer((_, response) => {
    visits++;
    response.end(JSON.stringify({ keys: [{ ...jwk, kid: 'evil', alg: 'ES256' }] }));
  });
  const jku = `${await listen(trap)}/keys`;
  for (const header of [{ kid: 'one' }, { kid: 'evil', jku }, { kid: 'evil', x5u: jku }, { jwk }])
    await expect(verify(await sign(evil.privateKey, 'evil', header))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  expect(visits).toBe(0);
  await close(trap);
});

test('after a rotation tokens of the new key are taken, and those of the withdrawn one are not', async ({
  signIn,
  verify,
}) => {
  const old = await signIn.addKey('old');
  const oldToken = await sign(old.privateKey, 'old');
  expect(await verify(oldToken)).toMatchObject({ kind: 'USER' });

  const fresh = await signIn.addKey('new', true);
  vi.useFakeTimers({ now: Date.now() + 31_000, toFake: ['Date'] });
  try {
    expect(await verify(await sign(fresh.privateKey, 'new'))).toMatchObject({ kind: 'USER' });
    await expect(verify(oldToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  } finally {
    vi.useRealTimers();
  }
});

test('a flood of tokens with made-up key names does not become a flood of fetches', async ({ signIn, verify }) => {
  const { privateKey } = await signIn.addKey('one');
  await verify(await sign(privateKey, 'one'));
  for (let call = 0; call < 20; call++)
    await expect(verify(await sign(privateKey, `made-up-${call}`))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(signIn.fetches()).toBe(1);
});

test('when the keys can not be fetched the answer is UNAVAILABLE, for the caller has done nothing wrong', async ({
  signIn,
  verify,
}) => {
  const { privateKey } = await signIn.addKey('one');
  const token = await sign(privateKey, 'one');
  signIn.breakDown();
  await expect(verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await signIn.stop();
  await expect(verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

async function sign(key: GenerateKeyPairResult['privateKey'], kid: string, header: object = {}): Promise<string> {
  return new SignJWT({ role: 'authenticated', sub: USER_ID, aud: 'authenticated' })
    .setProtectedHeader({ alg: 'ES256', kid, ...header })
    .setExpirationTime(nowS() + 600)
    .sign(key);
}

async function startSignIn(): Promise<SignIn> {
  let fetches = 0;
  let keys: object[] = [];
  let broken = false;
  const server = createServer((_, response) => {
    fetches++;
    if (broken) response.statusCode = 500;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  const url = await listen(server);
  return {
    url: `${url}/.well-known/jwks.json`,
    fetches: () => fetches,
    addKey: async (kid, only = false) => {
      const pair = await generateKeyPair('ES256');
      keys = [...(only ? [] : keys), { ...(await exportJWK(pair.publicKey)), kid, alg: 'ES256', use: 'sig' }];
      return pair;
    },
    breakDown: () => {
      broken = true;
    },
    stop: () => close(server),
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
