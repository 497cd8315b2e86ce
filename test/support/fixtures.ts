import { randomUUID } from 'node:crypto';
import { test as base } from 'vitest';
import { generateApiKey } from '../../src/auth/api-keys.ts';
import { signToken } from '../../src/auth/jwt.ts';
import type { MemberRole } from '../../src/resolvers/organisations/ensure-member.ts';
import { TestClient } from './client.ts';
import { createDatabase, type TestDatabase } from './database.ts';
import { JWT_SECRET } from './secrets.ts';
import { startTestServer, type TestServer } from './server.ts';

export interface Org {
  readonly id: string;
  readonly name: string;
  /** A user with a role in the organisation, signed in. */
  member(role: MemberRole, options?: { email?: string }): Promise<Member>;
  /** A live API key of the organisation. */
  apiKey(permissions?: string[]): Promise<TestClient & { readonly id: string }>;
}

export type Member = TestClient & { readonly userId: string };

export interface World {
  readonly db: TestDatabase;
  readonly server: TestServer;
  /** An organisation; ROLES unless said otherwise. */
  org(options?: { name?: string; access?: 'OPEN' | 'ROLES' }): Promise<Org>;
  /** A signed-in user who belongs to no organisation. */
  user(email?: string): Promise<Member>;
  service(headers?: Record<string, string>): Promise<TestClient>;
  anonymous(): TestClient;
}

const HOUR_S = 3_600;

export async function createWorld(db: TestDatabase, server: TestServer): Promise<World> {
  const user = async (email = `${randomUUID()}@example.com`): Promise<Member> => {
    const [row] = await db.query<{ id: string }>('insert into auth.users (email) values ($1) returning id', [email]);
    await db.query('insert into public.profiles (user_id, name) values ($1, $2)', [row!.id, email.split('@', 1)[0]]);
    const token = await signToken(JWT_SECRET, { role: 'authenticated', userId: row!.id }, HOUR_S);
    return Object.assign(new TestClient(server.url, token), { userId: row!.id });
  };
  return {
    db,
    server,
    user,
    async org({ name = `org ${randomUUID()}`, access = 'ROLES' } = {}) {
      const [row] = await db.query<{ id: string }>(
        'insert into public.orgs (name, access) values ($1, $2) returning id',
        [name, access],
      );
      const id = row!.id;
      return {
        id,
        name,
        async member(role, { email } = {}) {
          const member = await user(email);
          await db.query('insert into public.user_orgs (org_id, user_id, role) values ($1, $2, $3)', [
            id,
            member.userId,
            role,
          ]);
          return member;
        },
        async apiKey(permissions) {
          const { key, prefix, hash } = generateApiKey();
          const [made] = await db.query<{ id: string }>(
            `insert into public.api_keys (org_id, name, prefix, key_hash, permissions)
             values ($1, 'test key', $2, $3, coalesce($4, array['org.read', 'case.read', 'case.create', 'case.write'])) returning id`,
            [id, prefix, hash, permissions ?? null],
          );
          return Object.assign(new TestClient(server.url, key), { id: made!.id });
        },
      };
    },
    service: async (headers = {}) =>
      new TestClient(server.url, await signToken(JWT_SECRET, { role: 'service_role' }, HOUR_S), headers),
    anonymous: () => new TestClient(server.url, null),
  };
}

/** For tests that ask for everything there is in one document. */
const UNLIMITED = {
  LIMIT_DOCUMENT_BYTES: '1048576',
  LIMIT_DOCUMENT_TOKENS: '100000',
  LIMIT_DOCUMENT_DEPTH: '50',
  LIMIT_DOCUMENT_ALIASES: '10000',
  LIMIT_DOCUMENT_DIRECTIVES: '10000',
  LIMIT_COST: '0',
  LIMIT_COST_PER_MINUTE: '0',
  LIMIT_COST_PER_MINUTE_OF_ADDRESS: '0',
};

/** Tests with a database and a server of their own. */
export const test = base.extend<{ db: TestDatabase; server: TestServer; world: World }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern
  db: async ({}, use) => {
    const db = await createDatabase();
    await use(db);
    await db.drop();
  },
  server: async ({ db }, use) => {
    const server = await startTestServer(db);
    await use(server);
    await server.stop();
  },
  world: async ({ db, server }, use) => {
    await use(await createWorld(db, server));
  },
});

/** The same with a server that lets documents of any size pass. */
export const unlimitedTest = test.extend<{ server: TestServer }>({
  server: async ({ db }, use) => {
    const server = await startTestServer(db, { environment: UNLIMITED });
    await use(server);
    await server.stop();
  },
});
