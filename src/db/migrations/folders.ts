import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MigrationError } from './migration-error.ts';

const prismaFolder = fileURLToPath(new URL('../../../prisma', import.meta.url));
export const defaultMigrationsDir = join(prismaFolder, 'migrations');
export const defaultSchemaDir = join(prismaFolder, 'schema');

export interface Migration {
  name: string;
  script: string;
}

/** Names in the order they are applied. */
export async function listMigrationNames(migrationsDir: string): Promise<string[]> {
  const entries = await readdir(migrationsDir, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

export async function readMigrations(migrationsDir: string): Promise<Migration[]> {
  const names = await listMigrationNames(migrationsDir);
  return Promise.all(names.map(async (name) => ({ name, script: await readScript(migrationsDir, name) })));
}

async function readScript(migrationsDir: string, name: string): Promise<string> {
  const path = join(migrationsDir, name, 'migration.sql');
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new MigrationError('UNREADABLE', `${path} cannot be read: add the script, or remove its folder.`, error);
  }
}

/** The files of a multi-file Prisma schema, as the engine takes them. */
export async function readSchemaFiles(schemaDir: string): Promise<{ path: string; content: string }[]> {
  const names = (await readdir(schemaDir)).filter((name) => name.endsWith('.prisma')).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(schemaDir, name);
      return { path, content: await readFile(path, 'utf8') };
    }),
  );
}
