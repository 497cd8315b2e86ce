import type { Row } from '../row.ts';
import { requireRetryable } from './retryable.ts';

const ROUND_TRIPS_MS = [50, 200, 1_000];

/** The database is far away: everything is late, a few things too late, and nothing happens twice. */
export const F13: Row = {
  id: 'F13',
  title: 'The database is slow to answer',
  about:
    'Between servers and PostgreSQL a round trip takes 50, then 200, then 1,000 ms, and up to half as much again by chance, for 20 seconds each. What takes too long is told so with a code that says: try again.',
  async inject(run) {
    const { database, listen } = run.system.links;
    for (const roundTripMs of ROUND_TRIPS_MS) {
      await run.fault(`round trips of ${roundTripMs} ms`, async () => {
        for (const link of [...database, ...listen]) link.latency(roundTripMs / 2, roundTripMs / 4);
        await run.calm(20);
        for (const link of [...database, ...listen]) link.heal();
      });
      await run.wait(6);
    }
  },
  judge(run) {
    requireRetryable(run);
    const [slowest] = run.recorder.faults.slice(-1);
    const writes = run.recorder.saveMs.values.filter((_, index) => {
      const at = run.recorder.saveMs.at[index]!;
      return at >= slowest!.beginAt && at < slowest!.endAt;
    });
    run.require('writes get through at 1,000 ms as well', writes.length > 0, `${writes.length} acknowledged`);
  },
};
