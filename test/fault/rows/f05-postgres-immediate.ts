import type { Row } from '../row.ts';
import { crashPostgres } from './crash-postgres.ts';

/** The database stops without a checkpoint, and recovers from its log. */
export const F05: Row = {
  id: 'F05',
  title: 'PostgreSQL stops at once (immediate shutdown)',
  about: 'Six times; it is started again at once and recovers. The servers go on running.',
  recoverWithinMs: 15_000,
  smoke: 0.17,
  inject: (run) => crashPostgres(run, 'SIGQUIT', 6),
};
