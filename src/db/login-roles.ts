import { createHmac } from 'node:crypto';
import pg from 'pg';
import type { Logger } from '../log.ts';

/** Where each scope logs in, and whether the login is one that can do nothing outside a scope. */
export interface Logins {
  readonly apiUrl: string;
  readonly serviceUrl: string;
  /** False where the host lets us make no logins: then a query outside a scope is not refused by Postgres. */
  readonly confined: boolean;
}

/**
 * Gives casegraph_api and casegraph_service their passwords and proves that they work. The passwords follow from
 * `secret`, so every instance comes to the same ones and nothing has to be stored.
 *
 * Falls back to `adminUrl`, which may SET ROLE, where logins can't be made or can't get in (some hosts and poolers).
 */
export async function prepareLogins(adminUrl: string, secret: string, log: Logger): Promise<Logins> {
  const withLogin = (role: string) => {
    const url = new URL(adminUrl);
    url.username = role;
    url.password = createHmac('sha256', secret).update(role).digest('base64url');
    return url;
  };
  const api = withLogin('casegraph_api');
  const service = withLogin('casegraph_service');
  const logins = { apiUrl: api.href, serviceUrl: service.href, confined: true };
  // Another instance, or an earlier start, has usually set them.
  if (await works(api, service).catch(() => false)) return logins;
  try {
    await setPasswords(adminUrl, [api, service]);
    await works(api, service);
    return logins;
  } catch (error) {
    log.warn(
      { code: (error as { code?: string }).code },
      'the confined logins can not be used; serving through the login of DATABASE_URL',
    );
    return { apiUrl: adminUrl, serviceUrl: adminUrl, confined: false };
  }
}

async function works(api: URL, service: URL): Promise<boolean> {
  await Promise.all([proveLogin(api.href, 'authenticated'), proveLogin(service.href, 'service_role')]);
  return true;
}

async function setPasswords(adminUrl: string, logins: URL[]): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    // Two instances starting together would update the same catalogue row.
    await admin.query("select pg_advisory_lock(hashtext('casegraph:logins'))");
    for (const login of logins) {
      const role = pg.escapeIdentifier(login.username);
      await admin.query(`alter role ${role} login password ${pg.escapeLiteral(login.password)}`);
    }
  } finally {
    await admin.end();
  }
}

async function proveLogin(url: string, role: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(`set role ${role}`);
  } finally {
    await client.end();
  }
}
