import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig, readEnvironment } from '../src/config.ts';

const DATABASE_URL = 'postgresql://casegraph:secret@db.example.com/casegraph';
const JWT_SECRET = 'a-secret-of-at-least-32-characters!';
const JWKS_URL = 'https://project.supabase.co/auth/v1/.well-known/jwks.json';

test('an empty environment is a working one: the embedded database, on this machine only', () => {
  expect(readConfig({})).toMatchObject({ port: 4000, host: '127.0.0.1', databaseUrl: null, graphiql: true });
});

test('an empty variable is an unset one', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '', JWT_SECRET: '' })).toEqual(readConfig({}));
});

test('LISTEN goes to DATABASE_URL unless it has an address of its own', () => {
  expect(readConfig({ DATABASE_URL, JWT_SECRET }).databaseDirectUrl).toBe(DATABASE_URL);
  const direct = 'postgresql://casegraph:secret@direct.example.com/casegraph';
  expect(readConfig({ DATABASE_URL, JWT_SECRET, DATABASE_DIRECT_URL: direct }).databaseDirectUrl).toBe(direct);
});

test.for([
  { env: { PORT: '65536' }, name: 'PORT' },
  { env: { PORT: '-1' }, name: 'PORT' },
  { env: { PORT: '4e3' }, name: 'PORT' },
  { env: { DATABASE_URL: 'mysql://db.example.com', JWT_SECRET }, name: 'DATABASE_URL' },
  { env: { DATABASE_URL: 'db.example.com', JWT_SECRET }, name: 'DATABASE_URL' },
  { env: { DATABASE_URL }, name: 'JWT_SECRET' },
  { env: { DATABASE_URL, JWT_SECRET: 'short' }, name: 'JWT_SECRET' },
  { env: { DATABASE_URL, JWT_SECRET, JWKS_URL }, name: 'JWKS_URL' },
  { env: { DATABASE_URL, JWKS_URL: 'keys' }, name: 'JWKS_URL' },
  { env: { DATABASE_DIRECT_URL: DATABASE_URL }, name: 'DATABASE_DIRECT_URL' },
  { env: { DATABASE_POOL_MAX: '1' }, name: 'DATABASE_POOL_MAX' },
  { env: { FEED_KEEP_DAYS: '0' }, name: 'FEED_KEEP_DAYS' },
  { env: { FEED_KEEP_ROWS: '9999' }, name: 'FEED_KEEP_ROWS' },
  { env: { GRAPHIQL: 'yes' }, name: 'GRAPHIQL' },
  { env: { LOG_LEVEL: 'loud' }, name: 'LOG_LEVEL' },
  { env: { SERVICE_KEYS: 'make' }, name: 'SERVICE_KEYS' },
  { env: { SERVICE_KEYS: `make:${'a'.repeat(63)}` }, name: 'SERVICE_KEYS' },
  { env: { SERVICE_KEYS: `make:${'a'.repeat(64)},` }, name: 'SERVICE_KEYS' },
  { env: { SERVICE_KEYS: `a name:${'a'.repeat(64)}` }, name: 'SERVICE_KEYS' },
  { env: { SERVICE_TOKENS: 'no' }, name: 'SERVICE_TOKENS' },
  { env: { JWKS_URL }, name: 'JWKS_URL' },
  { env: { JWT_ISSUER: 'https://project.supabase.co' }, name: 'JWT_ISSUER' },
  { env: { JWT_AUDIENCE: 'others' }, name: 'JWT_AUDIENCE' },
])('$env is refused, naming $name', ({ env, name }) => {
  expect(() => readConfig(env)).toThrow(new RegExp(`^The environment can not be used:\\n {2}${name}: `));
});

test('every wrong variable is named at once, and no value is repeated', () => {
  const read = () => readConfig({ PORT: 'web', DATABASE_URL, JWT_SECRET: 'hunter2' });
  expect(read).toThrow('PORT: ');
  expect(read).toThrow('JWT_SECRET: ');
  expect(read).toThrow(expect.not.stringContaining('hunter2') as never);
});

test('a .env file counts where the environment says nothing; without one the environment is all there is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'casegraph-env-'));
  expect(readEnvironment(folder, { PORT: '5000' })).toEqual({ PORT: '5000' });
  writeFileSync(join(folder, '.env'), '# ours\nPORT=6000\nHOST="0.0.0.0"\nGRAPHIQL=off\n');
  const read = readConfig(readEnvironment(folder, { PORT: '5000', GRAPHIQL: '' }));
  rmSync(folder, { recursive: true });
  expect(read).toMatchObject({ port: 5000, host: '0.0.0.0', graphiql: true });
});
