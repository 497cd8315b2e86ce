import { parseArgs } from 'node:util';
import { sqlStateOf } from '../db/database-error.ts';
import { withAdmin } from './embedded-admin.ts';
import { runCommand } from './run-command.ts';

const IS_NOT_MIGRATED = ['3F000', '42883'];

/** Projects every case into the search index anew. Running it twice changes nothing. */
runCommand(async () => {
  parseArgs({ options: {} });
  const { changed, total } = await withAdmin(async (admin) => {
    const answer = await admin
      .query<{ changed: number; total: number }>('select changed, total from private.rebuild_case_search()')
      .catch((error: unknown) => {
        if (!IS_NOT_MIGRATED.includes(sqlStateOf(error) ?? '')) throw error;
        throw new Error('This database is older than this version of casegraph: run npm run migrate first.');
      });
    return answer.rows[0]!;
  });
  return changed === 0
    ? `Nothing to do: the search index agrees with all ${total} cases.`
    : `Rebuilt ${changed} of ${total} rows of the search index.`;
});
