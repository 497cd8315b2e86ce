import { parseArgs } from 'node:util';
import { generateApiKey } from '../auth/api-keys.ts';
import { withEmbeddedAdmin } from './embedded-admin.ts';
import { runCommand } from './run-command.ts';

const USAGE = `Usage:
  npm run -s key -- create --name NAME [--org NAME]     prints the key, once
  npm run -s key -- revoke --name NAME [--org NAME]`;

runCommand(async () => {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({ options: { name: text, org: text }, allowPositionals: true });
  const { name, org = null } = values;
  const command = positionals[0];
  if (!name || positionals.length !== 1 || (command !== 'create' && command !== 'revoke')) throw new Error(USAGE);
  return withEmbeddedAdmin(async (admin) => {
    const orgs = await admin.query<{ id: string }>(
      'select id from public.orgs where $1::text is null or name = $1 order by created_at, id limit 1',
      [org],
    );
    const orgId = orgs.rows[0]?.id;
    if (!orgId)
      throw new Error(
        org
          ? `There is no organisation named ${org}.`
          : 'There is no organisation yet: start the server once, or make a token with --org NAME.',
      );
    if (command === 'revoke') {
      const revoked = await admin.query(
        'update public.api_keys set revoked_at = now() where org_id = $1 and name = $2 and revoked_at is null',
        [orgId, name],
      );
      if (revoked.rowCount === 0) throw new Error(`There is no live key named ${name}.`);
      return `Revoked ${revoked.rowCount} key(s) named ${name}.`;
    }
    const { key, prefix, hash } = generateApiKey();
    await admin.query('insert into public.api_keys (org_id, name, prefix, key_hash) values ($1, $2, $3, $4)', [
      orgId,
      name,
      prefix,
      hash,
    ]);
    return key;
  });
});
