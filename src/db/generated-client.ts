import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SCHEMA_DIR = join(ROOT, 'prisma/schema');
const STAMP = join(ROOT, 'src/db/generated/schema.sha256');

/**
 * Generates the Prisma client and Pothos' types from prisma/schema, unless they are there for exactly this schema.
 * Needs no network and no install script; takes two seconds once.
 */
export async function ensureGeneratedClient(): Promise<void> {
  const wanted = await schemaDigest();
  const found = await readFile(STAMP, 'utf8').catch(() => '');
  if (found === wanted) return;
  const require = createRequire(import.meta.url);
  const cli = join(dirname(require.resolve('prisma/package.json')), 'build/index.js');
  await promisify(execFile)(process.execPath, [cli, 'generate'], {
    cwd: ROOT,
    env: {
      ...process.env,
      // Generating does not run the schema engine, but Prisma would download one; any executable that exists will do.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
    },
  }).catch((error: Error & { stderr?: string }) => {
    throw new Error(`The Prisma client could not be generated from ${SCHEMA_DIR}:\n${error.stderr || error.message}`);
  });
  await writeFile(STAMP, wanted);
}

async function schemaDigest(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(ROOT, 'package-lock.json')));
  for (const file of (await readdir(SCHEMA_DIR)).sort())
    hash.update(file).update(await readFile(join(SCHEMA_DIR, file)));
  return hash.digest('hex');
}
