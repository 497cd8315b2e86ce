import { randomUUID } from 'node:crypto';
import { type Claims, encode, nowS, tokenOf } from '../../auth/tokens.ts';
import { JWT_SECRET } from '../../support/secrets.ts';
import { type BadInput, request, type Target } from './bad-input.ts';
import { converse } from './sockets.ts';

// Credentials that are none. Each is sent in a header, as an API key, and as the parameter of a socket.

const good = (changes: Claims = {}): Claims => ({
  role: 'authenticated',
  sub: randomUUID(),
  aud: 'authenticated',
  exp: nowS() + 600,
  ...changes,
});
const without = (name: string): Claims => Object.fromEntries(Object.entries(good()).filter(([key]) => key !== name));

const TOKENS: Record<string, (to: Target) => string> = {
  nothing: () => '',
  'a word': () => 'nonsense',
  dots: () => '..',
  'many dots': () => '.'.repeat(5_000),
  'half a token': ({ member }) => member.token!.slice(0, 60),
  'a token without its signature': ({ member }) => member.token!.replace(/[^.]*$/, ''),
  'a token with a signature too many': ({ member }) => `${member.token}.x`,
  'a token whose last letter is another': ({ member }) => member.token!.replace(/.{3}$/, 'AAA'),
  'a token whose claims are others': ({ member }) =>
    member.token!.replace(/\.[^.]+\./, `.${encode(good({ role: 'service_role' }))}.`),
  'alg none': () => `${encode({ alg: 'none' })}.${encode(good())}.`,
  'alg nOnE': () => `${encode({ alg: 'nOnE' })}.${encode(good())}.`,
  'alg null': () => `${encode({ alg: null })}.${encode(good())}.x`,
  'a header that is no object': () => `${encode('x' as never)}.${encode(good())}.x`,
  'a header of __proto__': () =>
    `${Buffer.from('{"__proto__":{"alg":"HS256"}}').toString('base64url')}.${encode(good())}.x`,
  'claims that are no object': () => `${encode({ alg: 'HS256' })}.${Buffer.from('[1]').toString('base64url')}.x`,
  'another secret': () => tokenOf(good(), { secret: 'another-secret-0123456789-0123456789' }),
  'an empty secret': () => tokenOf(good(), { secret: '' }),
  RS256: () => tokenOf(good(), { header: { alg: 'RS256' } }),
  HS512: () => tokenOf(good(), { header: { alg: 'HS512' } }),
  'a kid that is a path': () => tokenOf(good(), { header: { alg: 'HS256', kid: '../../../dev/null' }, secret: '' }),
  'a kid that is SQL': () => tokenOf(good(), { header: { alg: 'HS256', kid: "' union select 'x' --" }, secret: 'x' }),
  'a jku': () => tokenOf(good(), { header: { alg: 'HS256', jku: 'http://127.0.0.1:1/keys' }, secret: 'theirs' }),
  'an x5u': () => tokenOf(good(), { header: { alg: 'HS256', x5u: 'file:///etc/passwd' }, secret: 'theirs' }),
  'an unknown crit': () => tokenOf(good(), { header: { alg: 'HS256', crit: ['x'], x: 1 } }),
  'expired by 32 seconds': () => tokenOf(good({ exp: nowS() - 32 })),
  'valid in 35 seconds': () => tokenOf(good({ nbf: nowS() + 35 })),
  'no exp': () => tokenOf(without('exp')),
  'exp as a text': () => tokenOf(good({ exp: '9999999999' })),
  'exp beyond numbers': () => tokenOf(good({ exp: 1e308 })).replace(/.$/, '!'),
  'no sub': () => tokenOf(without('sub')),
  'a sub that is SQL': () => tokenOf(good({ sub: "'; drop table cases; --" })),
  'a sub that is a list': () => tokenOf(good({ sub: [randomUUID()] })),
  'no audience': () => tokenOf(without('aud')),
  'another audience': () => tokenOf(good({ aud: 'another' })),
  'no role': () => tokenOf(without('role')),
  'a list of roles': () => tokenOf(good({ role: ['authenticated', 'service_role'] })),
  'the role postgres': () => tokenOf(good({ role: 'postgres' })),
  'the role __proto__': () => tokenOf(good({ role: '__proto__' })),
  '9,000 characters': () => tokenOf(good({ pad: 'x'.repeat(7_000) })),
  'an API key nobody has': () => 'cgk_0000000000000000000000000000000000000000000',
  'an API key of SQL': () => "cgk_'or'1'='1",
  'a service key nobody has': () => 'sb_secret_0000000000000000000000000000',
  'the secret itself': () => JWT_SECRET.replace(/.$/, 'x'),
};

const WAYS: Record<string, (token: string) => Record<string, string>> = {
  'as Bearer': (token) => ({ authorization: `Bearer ${token}` }),
  'as apikey': (token) => ({ apikey: token || 'x' }),
};

export function listTokens(): BadInput[] {
  const query = JSON.stringify({ query: 'mutation { caseUpsert(input: { plate: "8888888" }) { ok } }' });
  const refused = async (reply: { status: number | null; text: string }) => {
    if (!/UNAUTHENTICATED|^closed 44\d\d/m.test(reply.text))
      throw new Error(`it was let in: ${reply.text.slice(0, 200)}`);
    return reply;
  };
  return Object.entries(TOKENS).flatMap(([what, make]): BadInput[] => [
    ...Object.entries(WAYS).map(
      ([way, headers]): BadInput => ({
        title: `${what}, ${way}`,
        send: async (to) =>
          refused(
            await request(`${to.url}/graphql`, {
              method: 'POST',
              headers: { ...headers(make(to)), 'content-type': 'application/json' },
              body: query,
            }),
          ),
      }),
    ),
    {
      title: `${what}, of a socket`,
      send: async (to) =>
        refused(
          await converse([{ type: 'connection_init', payload: { authorization: `Bearer ${make(to)}` } }], 'nobody')(to),
        ),
    },
  ]);
}
