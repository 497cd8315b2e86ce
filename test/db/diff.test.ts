import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { diffSchema } from '../../src/db/migrations/diff.ts';
import { migrate } from '../../src/db/migrations/migrate.ts';
import { test } from '../support/migration-folder.ts';

describe('diffSchema', () => {
  const datasource = 'datasource db {\n  provider = "postgresql"\n  schemas = ["auth", "public"]\n}\n';
  const models = `model User {
  id    String @id @db.Uuid
  cases Case[]
  @@map("users")
  @@schema("auth")
}
model Case {
  id    Int    @id
  plate String
  upper String? @default(dbgenerated("upper(plate)"))
  ownerId String @map("owner_id") @db.Uuid
  owner User @relation(fields: [ownerId], references: [id], onDelete: NoAction, onUpdate: NoAction)
  @@map("cases")
  @@schema("public")
}
`;

  test('is empty when they agree, and says what is missing when they do not', async ({ folder, options, write }) => {
    const schemaDir = join(folder, 'schema');
    await mkdir(schemaDir);
    await writeFile(join(schemaDir, 'base.prisma'), datasource);
    await writeFile(join(schemaDir, 'cases.prisma'), models);
    await write(
      '001_cases',
      `create schema auth;
       create table auth.users (id uuid primary key);
       create table cases (
         id int primary key, plate text not null check (plate <> ''),
         upper text generated always as (upper(plate)) stored, owner_id uuid not null references auth.users
       );
       create index on cases (plate) where id > 7;
       create index on cases (lower(plate));`,
    );
    await migrate(options);
    const { url } = options;
    expect(await diffSchema({ url, schemaDir })).toEqual({ empty: true, summary: '', sql: '' });

    const schema = await readFile(join(schemaDir, 'cases.prisma'), 'utf8');
    await writeFile(join(schemaDir, 'cases.prisma'), schema.replace('plate String', 'plate String\n  colour String?'));
    const diff = await diffSchema({ url, schemaDir });
    expect(diff).toMatchObject({ empty: false, sql: expect.stringContaining('ADD COLUMN     "colour" TEXT') });
    expect(diff.summary).toContain('Added column `colour`');
  });

  test('reports a table the schema does not know, unless it is named as external', async ({ client, folder, url }) => {
    const schemaDir = join(folder, 'schema');
    await mkdir(schemaDir);
    await writeFile(join(schemaDir, 'base.prisma'), datasource);
    await client.query('create schema auth; create table auth.secrets (id int primary key)');
    expect((await diffSchema({ url, schemaDir })).summary).toContain('secrets');
    expect((await diffSchema({ url, schemaDir, externalTables: ['auth.secrets'] })).empty).toBe(true);
  });
});
