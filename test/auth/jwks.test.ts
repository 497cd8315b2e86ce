import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, SignJWT } from 'jose';
import { test as base, expect, vi } from 'vitest';
import { createJwtVerifier, type VerifyJwt } from '../../src/auth/jwt.ts';
import { nowS, tokenOf } from './tokens.ts';

const USER_ID = randomUUID();
const LIFETIME_S = 3 * 86_400;

interface SignIn {
  readonly url: string;
  /** Times the keys were fetched. */
  readonly fetches: () => number;
  /** Makes a key and serves it; with `only`, no other any more. */
  addKey(kid: string, only?: boolean): Promise<GenerateKeyPairResult>;
  /** Answers 500 from now on. */
  breakDown(): void;
  /** Answers again. */
  recover(): void;
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
  await later(31_000, async () => {
    expect(await verify(await sign(fresh.privateKey, 'new'))).toMatchObject({ kind: 'USER' });
    await expect(verify(oldToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

test('a key published beside the old one before it signs is taken at once: a rotation that nobody notices', async ({
  signIn,
  verify,
}) => {
  const [old, standby] = [await signIn.addKey('old'), await signIn.addKey('standby')];
  for (const [key, kid] of [
    [old, 'old'],
    [standby, 'standby'],
    [old, 'old'],
  ] as const)
    expect(await verify(await sign(key.privateKey, kid))).toMatchObject({ kind: 'USER' });
  expect(signIn.fetches()).toBe(1);
});

test('a key that is withdrawn, and replaced by none, is taken for ten minutes and no longer', async ({
  signIn,
  verify,
}) => {
  const { privateKey } = await signIn.addKey('leaked');
  const token = await sign(privateKey, 'leaked');
  await verify(token);
  await signIn.addKey('other', true);
  await later(599_000, async () => expect(await verify(token)).toMatchObject({ kind: 'USER' }));
  await later(601_000, () => expect(verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' }));
});

test('a flood of tokens with made-up key names comes to one fetch per cooldown', async ({ signIn, verify }) => {
  const { privateKey } = await signIn.addKey('one');
  await verify(await sign(privateKey, 'one'));
  const flood = async (when: string) => {
    for (let call = 0; call < 20; call++)
      await expect(verify(await sign(privateKey, `made-up-${when}-${call}`))).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
  };
  await flood('at once');
  expect(signIn.fetches()).toBe(1);
  await later(31_000, () => flood('later'));
  expect(signIn.fetches()).toBe(2);
  await later(62_000, () => flood('later still'));
  expect(signIn.fetches()).toBe(3);
});

test('while the keys can not be fetched those that are known go on, and a new one is no fault of its token', async ({
  signIn,
  verify,
}) => {
  const [known, unknown] = [await signIn.addKey('known'), await generateKeyPair('ES256')];
  const token = await sign(known.privateKey, 'known');
  await verify(token);
  signIn.breakDown();
  await later(601_000, async () => {
    for (let call = 0; call < 5; call++) expect(await verify(token)).toMatchObject({ kind: 'USER' });
    for (let call = 0; call < 5; call++)
      await expect(verify(await sign(unknown.privateKey, `new-${call}`))).rejects.toMatchObject({
        code: 'UNAVAILABLE',
      });
    await expect(verify(await sign(unknown.privateKey, 'known'))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
  // However many ask, a host that fails is asked once in a while.
  expect(signIn.fetches()).toBe(2);
  await later(25 * 3_600_000, () => expect(verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' }));
  signIn.recover();
  await later(25 * 3_600_000 + 6_000, async () => expect(await verify(token)).toMatchObject({ kind: 'USER' }));
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

/** What holds when so much time has passed. */
async function later(ms: number, holds: () => Promise<unknown>): Promise<void> {
  vi.useFakeTimers({ now: Date.now() + ms, toFake: ['Date'] });
  try {
    await holds();
  } finally {
    vi.useRealTimers();
  }
}

async function sign(key: GenerateKeyPairResult['privateKey'], kid: string, header: object = {}): Promise<string> {
  return new SignJWT({ role: 'authenticated', sub: USER_ID, aud: 'authenticated' })
    .setProtectedHeader({ alg: 'ES256', kid, ...header })
    .setExpirationTime(nowS() + LIFETIME_S)
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
    recover: () => {
      broken = false;
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
