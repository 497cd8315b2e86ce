import { defaultSchemaDir, readSchemaFiles } from './folders.ts';
import { withSchemaEngine } from './schema-engine.ts';

interface SchemaDiff {
  empty: boolean;
  /** For people: what the migrated database lacks or has too much of, seen from the Prisma schema. */
  summary: string;
  /** What Prisma would run to make the database agree: raw material for a migration, never to be run unread. */
  sql: string;
}

/**
 * What differs between a migrated database and the Prisma schema. Reads the Postgres schemas listed in the datasource;
 * sees tables, columns, keys, enums and plain indexes, and is blind to checks, triggers, functions, policies, views.
 */
export async function diffSchema(options: {
  url: string;
  schemaDir?: string;
  /** Tables the Prisma schema leaves out on purpose, as `schema.table`. */
  externalTables?: string[];
}): Promise<SchemaDiff> {
  const { url, schemaDir = defaultSchemaDir, externalTables = [] } = options;
  const files = await readSchemaFiles(schemaDir);
  return withSchemaEngine({ url }, async (engine) => {
    const diff = (script: boolean) =>
      engine.diff({
        from: { tag: 'schemaDatasource', files, configDir: schemaDir },
        to: { tag: 'schemaDatamodel', files },
        script,
        exitCode: true,
        filters: { externalTables, externalEnums: [] },
      });
    const { exitCode, stdout } = await diff(false);
    if (exitCode === 0) return { empty: true, summary: '', sql: '' };
    return { empty: false, summary: stdout?.trim() ?? '', sql: (await diff(true)).stdout?.trim() ?? '' };
  });
}
