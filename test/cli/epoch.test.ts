import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { FEED_PAGE, forgeCursor } from '../feed/documents.ts';
import { openCase } from '../support/cases.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { test } from '../support/fixtures.ts';
import { JWT_SECRET } from '../support/secrets.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function beginEpoch(db: TestDatabase, url = db.adminUrl, args: string[] = []): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'src/cli/epoch.ts', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, DATABASE_URL: url, JWT_SECRET },
  });
  return stdout;
}

const epochOf = async (db: TestDatabase) =>
  (await db.query<{ epoch: string }>('select epoch from feed.meta'))[0]!.epoch;

test('the epoch is replaced, said, and every cursor from before resyncs; numbers and entries stay', async ({
  world,
}) => {
  const { db } = world;
  const admin = await (await world.org()).member('admin');
  await openCase(admin, { helper: { a: 1 } });
  const { cursor, changes } = (await admin.data(FEED_PAGE)).feedPage;
  const before = await epochOf(db);

  const told = await beginEpoch(db);
  const after = await epochOf(db);
  expect(after).not.toBe(before);
  for (const word of [before, after, 'NEW_EPOCH', 'Pause', 'same idempotency keys']) expect(told).toContain(word);
  const head = forgeCursor(cursor, { epoch: after });
  for (const old of [cursor, changes[0].cursor])
    expect((await admin.data(FEED_PAGE, { after: old })).feedPage).toEqual({
      changes: [],
      cursor: head,
      hasMore: false,
      resync: { cursor: head, reason: 'NEW_EPOCH', currentVersion: null },
    });
  const again = (await admin.data(FEED_PAGE)).feedPage;
  expect(again.changes).toHaveLength(changes.length);
  expect(again.cursor).toBe(head);
});

test('what can not work is said: a database that is not migrated, a login without the right, an option that is none', async ({
  db,
}) => {
  const refusal = (...args: Parameters<typeof beginEpoch>) =>
    beginEpoch(...args).then(
      () => null,
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
    );
  const before = await epochOf(db);
  const service = new URL(db.adminUrl);
  service.searchParams.set('options', '-c role=service_role');
  expect(await refusal(db, service.href)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the one that migrates'),
  });
  expect(await refusal(db, db.adminUrl, ['--force'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--force'),
  });
  expect(await epochOf(db)).toBe(before);
  const empty = await createDatabase('template0');
  try {
    expect(await refusal(empty)).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run migrate') });
  } finally {
    await empty.drop();
  }
});
