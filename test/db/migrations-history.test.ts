import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { listPendingMigrations, migrate } from '../../src/db/migrations/migrate.ts';
import { undoLastMigration } from '../../src/db/migrations/undo.ts';
import { tables, test } from '../support/migration-folder.ts';

describe('migrate', () => {
  test('applies what is pending, in order, once', async ({ client, options, write }) => {
    await write('002_line', 'create table line (case_id int references cases);');
    await write('001_cases', 'create table cases (id int primary key);');
    expect(await listPendingMigrations(client, options.migrationsDir)).toEqual(['001_cases', '002_line']);

    expect(await migrate(options)).toEqual({ applied: ['001_cases', '002_line'], total: 2 });
    expect(await listPendingMigrations(client, options.migrationsDir)).toEqual([]);
    expect(await migrate(options)).toEqual({ applied: [], total: 2 });

    await write('003_part', 'create table part ();');
    expect(await migrate(options)).toEqual({ applied: ['003_part'], total: 3 });
    expect(await tables(client)).toEqual(['cases', 'line', 'part']);
  });

  test('several processes at once: each migration is applied by exactly one', async ({ options, write }) => {
    await write('001_slow', 'create table slow (); select pg_sleep(0.3);');
    await write('002_next', 'create table next ();');
    const runs = await Promise.all([migrate(options), migrate(options), migrate(options)]);
    expect(runs.flatMap((run) => run.applied)).toEqual(['001_slow', '002_next']);
  });

  test('writes the rows that `prisma migrate deploy` would write', async ({ client, options, write }) => {
    await client.query(`alter database ${new URL(options.url).pathname.slice(1)} set timezone to 'Asia/Tokyo'`);
    await write('001_cases', 'create table cases ();');
    await migrate(options);
    const { rows } = await client.query(
      `select *, now() - started_at < interval '1 minute' as recent from _prisma_migrations`,
    );
    expect(rows).toEqual([
      expect.objectContaining({
        migration_name: '001_cases',
        checksum: 'f3048c4b3d7f598953e5a147abc92f7f8708847da9841bac13ccec96c3ca5a85',
        applied_steps_count: 1,
        rolled_back_at: null,
        logs: null,
        recent: true,
      }),
    ]);
  });

  test('takes dollar quotes, DO blocks, extensions and roles as they stand', async ({ client, options, write }) => {
    await write(
      '001_functions',
      `create extension if not exists pgcrypto;
       do $$ begin if not exists (select from pg_roles where rolname = 'migrations_reader') then
         create role migrations_reader; end if; end $$;
       create function answer() returns int language plpgsql as $body$
         declare text_with_semicolon text := ';'; begin return 42; end; $body$;
       create function twice(n int) returns int begin atomic select 1; select n * 2; end;
       set search_path to nowhere; set role migrations_reader;`,
    );
    await write('002_after', 'create table after_set ();');
    await migrate(options);
    expect((await client.query('select answer(), twice(4)')).rows).toEqual([{ answer: 42, twice: 8 }]);
    expect(await tables(client)).toEqual(['after_set']);
    await client.query('drop role migrations_reader');
  });

  test('refuses an applied migration that was edited, whatever its line endings', async ({ options, write }) => {
    await write('001_cases', 'create table cases (\n);\n');
    await migrate(options);
    await write('001_cases', 'create table cases (\r\n);\r\n');
    expect((await migrate(options)).applied).toEqual([]);
    await write('001_cases', 'create table cases (id int);');
    await expect(migrate(options)).rejects.toMatchObject({
      code: 'EDITED',
      message: expect.stringContaining('001_cases'),
    });
  });

  test('refuses a database that is ahead of the code', async ({ folder, options, write }) => {
    await write('001_cases', 'create table cases ();');
    await write('002_newer', 'create table newer ();');
    await migrate(options);
    await rm(join(folder, 'migrations', '002_newer'), { recursive: true });
    await expect(migrate(options)).rejects.toMatchObject({
      code: 'DATABASE_AHEAD',
      message: expect.stringContaining('002_newer'),
    });
  });

  test('refuses a database that has tables and no history', async ({ client, options, write }) => {
    await client.query('create table legacy ()');
    await write('001_cases', 'create table cases ();');
    await expect(migrate(options)).rejects.toMatchObject({ code: 'NOT_EMPTY' });
  });
});

describe('a script that fails', () => {
  test('leaves nothing, names migration, error and line, and runs once it is repaired', async ({
    client,
    options,
    write,
  }) => {
    await write('001_cases', 'create table cases ();');
    await write(
      '002_broken',
      `-- a comment; with a semicolon
create table half ();
do $$ begin perform 1; end $$;
insert into cases default values;

select 1 / 0;
create table never ();`,
    );
    await write('003_next', 'create table next ();');
    await expect(migrate(options)).rejects.toMatchObject({
      code: 'FAILED',
      message: expect.stringMatching(/^Migration 002_broken failed: line 6: division by zero \(22012\)/),
    });
    expect(await tables(client)).toEqual(['cases']);
    expect((await client.query('select from cases')).rows).toEqual([]);
    expect(await listPendingMigrations(client, options.migrationsDir)).toEqual(['002_broken', '003_next']);
    const { rows } = await client.query(`select logs from _prisma_migrations where rolled_back_at is not null`);
    expect(rows[0].logs).toContain('line 6: division by zero');

    await write('002_broken', 'create table whole ();');
    expect((await migrate(options)).applied).toEqual(['002_broken', '003_next']);
    expect(await tables(client)).toEqual(['cases', 'next', 'whole']);
  });

  test('a syntax error is found by its position, counted in characters', async ({ options, write }) => {
    await write('001_syntax', `select '🚗🚗🚗';\nselect 1;\ncreate tabel x ();\n`);
    await expect(migrate(options)).rejects.toThrow(/line 3: syntax error at or near "tabel"/);
  });

  test('a deferred constraint that fails at commit leaves nothing either', async ({ client, options, write }) => {
    await write(
      '001_deferred',
      `create table a (id int primary key);
       create table b (a int references a deferrable initially deferred);
       insert into b values (1);`,
    );
    await expect(migrate(options)).rejects.toThrow(/001_deferred failed: at commit: .*foreign key/s);
    expect(await tables(client)).toEqual([]);
  });

  test('a script that commits by itself is refused until a person has looked', async ({ client, options, write }) => {
    await write('001_commits', 'create table kept (); commit; create table also (); select 1 / 0;');
    await expect(migrate(options)).rejects.toThrow(/001_commits .*may be half applied.*division by zero/s);
    const refusal = await migrate(options).catch((error) => error);
    expect(refusal).toMatchObject({ code: 'FAILED' });
    const resolve = /update public\._prisma_migrations set rolled_back_at.*;/.exec(refusal.message)?.[0];
    await client.query(`drop table kept; ${resolve}`);
    await write('001_commits', 'create table kept ();');
    expect((await migrate(options)).applied).toEqual(['001_commits']);
  });

  test('a migrator that dies in the middle: the next one starts that migration again', async ({
    client,
    options,
    write,
  }) => {
    await write('001_dies', 'create table dies (); select pg_terminate_backend(pg_backend_pid());');
    await expect(migrate(options)).rejects.toThrow(/001_dies/);
    await client.query('update _prisma_migrations set rolled_back_at = null'); // as if it had not lived to note that
    await write('001_dies', 'create table lives ();');
    const said: string[] = [];
    expect((await migrate({ ...options, log: (line) => said.push(line) })).applied).toEqual(['001_dies']);
    expect(said.join()).toContain('001_dies was cut off');
    expect(await tables(client)).toEqual(['lives']);
  });

  test('a migrator killed while its script runs: the next one waits until the server has given it up', async ({
    client,
    options,
    write,
  }) => {
    await write('001_killed', 'create table killed (); select pg_sleep(1.5);');
    const module = new URL('../../src/db/migrations/migrate.ts', import.meta.url).href;
    const code = `import { migrate } from '${module}'; await migrate(${JSON.stringify(options)});`;
    const victim = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code]);
    const isSleeping = `select from pg_stat_activity
      where datname = current_database() and wait_event = 'PgSleep' and pid <> pg_backend_pid()`;
    await vi.waitUntil(async () => (await client.query(isSleeping)).rowCount === 1, { timeout: 20_000 });
    victim.kill('SIGKILL');
    await write('001_killed', 'create table lives ();');
    expect((await migrate(options)).applied).toEqual(['001_killed']);
    expect(await tables(client)).toEqual(['lives']);
  });

  test('a failure recorded by another tool is not guessed about', async ({ client, options, write }) => {
    await write('001_cases', 'create table cases ();');
    await migrate(options);
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, logs) values ('x', 'y', '002_by_hand', 'boom')`,
    );
    await expect(migrate(options)).rejects.toThrow(/002_by_hand .*may be half applied.*boom/s);
  });
});

describe('undoLastMigration', () => {
  test('runs down.sql and forgets the newest migration, in one transaction', async ({ client, options, write }) => {
    await write('001_cases', 'create table cases ();');
    await write('002_part', 'create table part ();');
    await migrate(options);
    await expect(undoLastMigration(options)).rejects.toMatchObject({ code: 'NO_DOWN_SCRIPT' });

    await write('002_part', 'drop table part; select 1 / 0;', 'down.sql');
    await expect(undoLastMigration(options)).rejects.toThrow('Undoing 002_part failed: down.sql, line 1: division');
    expect(await tables(client)).toEqual(['cases', 'part']);

    await write('002_part', 'drop table part;', 'down.sql');
    expect(await undoLastMigration(options)).toBe('002_part');
    expect(await tables(client)).toEqual(['cases']);
    expect((await migrate(options)).applied).toEqual(['002_part']);
  });
});
