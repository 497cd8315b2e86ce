import { parseArgs } from 'node:util';
import type pg from 'pg';
import { ensureGeneratedClient } from '../db/generated-client.ts';
import { Refusal } from '../errors.ts';
import { KEY_PERMISSIONS, readApiKeyGrant } from '../resolvers/organisations/api-key-grant.ts';
import { insertApiKey } from '../resolvers/organisations/insert-api-key.ts';
import { withEmbeddedAdmin } from './embedded-admin.ts';
import { runCommand } from './run-command.ts';

const USAGE = `Usage:
  npm run -s key -- create --name NAME [--org NAME]     prints the key, once
      [--permissions LIST]     of ${KEY_PERMISSIONS.join(',')}
      [--operations LIST]      gateway names as case.upsert,kb.search; all unless given
      [--writable LIST]        JSON Pointers as /vehicle,/valuation; the whole helper unless given
      [--strict]               failures carry the HTTP status of their code, as Make needs it
      [--expires 2027-01-01]   in UTC; never unless given
  npm run -s key -- revoke --name NAME [--org NAME]
  npm run -s key -- list [--org NAME]`;

type Options = ReturnType<typeof readOptions>['values'];

const COMMANDS: Record<string, (admin: pg.Client, orgId: string, options: Options) => Promise<string>> = {
  create: async (admin, orgId, options) => {
    const grant = readApiKeyGrant(
      {
        name: options.name!,
        permissions: readList(options.permissions),
        operations: readList(options.operations),
        writablePointers: readList(options.writable),
        strictStatus: options.strict,
        expiresAt: readTime(options.expires),
      },
      options.operations === undefined ? new Set() : await listOperations(),
    );
    const { key } = await insertApiKey(async (text, values) => (await admin.query(text, values)).rows, orgId, grant);
    return key;
  },
  revoke: async (admin, orgId, { name }) => {
    const revoked = await admin.query(
      'update public.api_keys set revoked_at = now() where org_id = $1 and name = $2 and revoked_at is null',
      [orgId, name],
    );
    if (revoked.rowCount === 0) throw new Error(`There is no live key named ${name}.`);
    return `Revoked ${revoked.rowCount} key(s) named ${name}.`;
  },
  list: async (admin, orgId) => {
    const { rows } = await admin.query<{ line: string }>(
      `select concat_ws(E'\\t', prefix || '…', case when revoked_at is not null then 'REVOKED' when expires_at <= now() then 'EXPIRED' else 'LIVE' end,
         name, 'permissions ' || array_to_string(permissions, ','), 'operations ' || coalesce(array_to_string(operations, ','), 'all'),
         'writable ' || coalesce(array_to_string(writable_pointers, ','), 'all'), case when strict_status then 'strict' end,
         'expires ' || coalesce(to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'never')) as line
       from public.api_keys where org_id = $1 order by created_at, id`,
      [orgId],
    );
    return rows.length > 0 ? rows.map(({ line }) => line).join('\n') : 'There are no keys yet.';
  },
};

runCommand(async () => {
  const { values, positionals } = readOptions();
  const run = positionals.length === 1 ? COMMANDS[positionals[0]!] : undefined;
  if (!run || (positionals[0] !== 'list' && !values.name)) throw new Error(USAGE);
  return withEmbeddedAdmin(async (admin) => {
    try {
      return await run(admin, await getOrgId(admin, values.org ?? null), values);
    } catch (error) {
      if (error instanceof Refusal && error.field) throw new Error(`${error.field[1]}: ${error.message}\n\n${USAGE}`);
      throw error;
    }
  });
});

/** The API is loaded only where it is asked: it needs the client that may have been generated this moment. */
async function listOperations(): Promise<ReadonlySet<string>> {
  await ensureGeneratedClient();
  const { schema } = await import('../schema/index.ts');
  const { operationNames } = await import('../schema/operation-names.ts');
  return operationNames(schema);
}

function readOptions() {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      options: {
        name: text,
        org: text,
        permissions: text,
        operations: text,
        writable: text,
        strict: { type: 'boolean' },
        expires: text,
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function getOrgId(admin: pg.Client, name: string | null): Promise<string> {
  const orgs = await admin.query<{ id: string }>(
    'select id from public.orgs where $1::text is null or name = $1 order by created_at, id limit 1',
    [name],
  );
  if (orgs.rows[0]) return orgs.rows[0].id;
  throw new Error(
    name
      ? `There is no organisation named ${name}.`
      : 'There is no organisation yet: start the server once, or make a token with --org NAME.',
  );
}

function readList(given: string | undefined): string[] | null {
  return given === undefined ? null : given.split(',').flatMap((item) => item.trim() || []);
}

function readTime(given: string | undefined): Date | null {
  if (given === undefined) return null;
  const time = new Date(given);
  if (/^\d{4}-\d\d-\d\d/.test(given) && !Number.isNaN(time.getTime())) return time;
  throw new Error(`--expires reads like 2027-01-01.\n\n${USAGE}`);
}
