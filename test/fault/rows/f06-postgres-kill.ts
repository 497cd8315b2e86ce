import type { Row } from '../row.ts';
import { crashPostgres } from './crash-postgres.ts';

/** The postmaster is gone and its backends are orphans for a moment: they must not write on beside the next one. */
export const F06: Row = {
  id: 'F06',
  title: 'PostgreSQL is killed (kill -9 of the postmaster)',
  about: 'Six times; its orphaned backends end by themselves, it is started again and recovers.',
  recoverWithinMs: 15_000,
  inject: (run) => crashPostgres(run, 'SIGKILL', 6),
};
