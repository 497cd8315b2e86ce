import { parseArgs } from 'node:util';
import { sqlStateOf } from '../db/database-error.ts';
import { withAdmin } from './embedded-admin.ts';
import { runCommand } from './run-command.ts';

const IS_NOT_MIGRATED = ['3F000', '42P01'];
const IS_NOT_ALLOWED = '42501';

/** Begins a new epoch of the feed: for a database that was set back, whose positions stand for something else from now on. */
runCommand(async () => {
  parseArgs({ options: {} });
  const { before, after } = await withAdmin(async (admin) => {
    const answer = await admin
      .query<{ before: string; after: string }>(
        `update feed.meta m set epoch = gen_random_uuid() from (select epoch from feed.meta for update) o
         returning o.epoch as before, m.epoch as after`,
      )
      .catch((error: unknown) => {
        const state = sqlStateOf(error) ?? '';
        if (IS_NOT_MIGRATED.includes(state))
          throw new Error('This database is older than this version of casegraph: run npm run migrate first.');
        if (state === IS_NOT_ALLOWED) throw notAllowed();
        throw error;
      });
    // Where a login may not change the row, row level security lets it find none.
    if (!answer.rows[0]) throw notAllowed();
    return answer.rows[0];
  });
  return `The feed has a new epoch: ${after}, no longer ${before}.
Every cursor from before is answered FeedResyncRequired, reason NEW_EPOCH; connected subscribers hear it within seconds.

Around a restore, in this order:
  1. Pause what writes by itself: Make scenarios, scripts. Stop the server.
  2. Restore the database, and run this command, once.
  3. Start the server. Who has a case open loads it again.
  4. Send again what was written since the restored state, under the same idempotency keys: what is lost is written,
     what is still there is answered and not written twice.
  5. Let the scenarios run again.`;
});

function notAllowed(): Error {
  return new Error('This login may not begin an epoch: put the one that migrates into DATABASE_URL.');
}
