import { pino } from 'pino';
import { expect } from 'vitest';
import { startSweeping } from '../../src/db/sweep.ts';
import { test } from '../support/fixtures.ts';

const RETENTION = { keepDays: 30, keepRows: 1_000_000 };

test('a server forgets by itself what is kept no longer, again and again, until it is stopped; what fails, it tries again', async ({
  world,
}) => {
  const { db, server } = world;
  const { id } = await world.org();
  const plant = () =>
    db.query(
      `begin;
       insert into gateway.idempotency (org_id, principal, operation, key, fingerprint, expires_at)
         values ('${id}', 'p', 'o', 'key-that-expired', sha256('x'), now() - interval '1 s');
       update public.orgs set time_zone = case time_zone when 'UTC' then 'Asia/Jerusalem' else 'UTC' end where id = '${id}';
       commit;
       update feed.change_log set at = now() - interval '31 days'`,
    );
  const left = async () => {
    const [row] = await db.query<{ keys: number; entries: number }>(
      'select (select count(*)::int from gateway.idempotency) as keys, (select count(*)::int from feed.change_log) as entries',
    );
    return row!;
  };
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line) => void lines.push(line) });
  await plant();
  const stop = startSweeping(server.app.database, RETENTION, log, { firstAfterMs: 1, everyMs: 5 });
  await expect.poll(left).toEqual({ keys: 0, entries: 0 });
  await plant();
  await expect.poll(left).toEqual({ keys: 0, entries: 0 });
  expect(lines.join('')).toContain('"count":2,"msg":"swept old entries of the feed"');

  await db.query('alter function feed.forget_oldest(uuid, int, bigint, int) rename to away');
  await plant();
  await expect.poll(() => lines.join('')).toContain('could not sweep old entries of the feed');
  await db.query('alter function feed.away(uuid, int, bigint, int) rename to forget_oldest');
  await expect.poll(left).toEqual({ keys: 0, entries: 0 });

  await stop();
  await plant();
  await startSweeping(server.app.database, RETENTION, log, { firstAfterMs: 60_000, everyMs: 60_000 })();
  expect(await left()).toEqual({ keys: 1, entries: 1 });
});
