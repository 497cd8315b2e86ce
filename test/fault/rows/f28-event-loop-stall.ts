import type { Row } from '../row.ts';
import { countHeldUp } from './held-up.ts';

const STALL_MS = 2_000;
/** Busy for so long, as a huge document or a bad regular expression would keep it. */
const STALL = `{ const untilAt = performance.now() + ${STALL_MS}; while (performance.now() < untilAt); }`;

/** One process does nothing else for a while. What it has begun must not hold up the other one. */
export const F28: Row = {
  id: 'F28',
  title: 'A server stops to think',
  about:
    'The event loop of the two servers in turn is blocked for 2 seconds, 20 times. An organisation is never kept from committing by it, because numbers are taken inside COMMIT, and the other server goes on writing.',
  async inject(run) {
    let written = 0;
    let held = 0;
    const stalls = run.times(20);
    for (let turn = 0; turn < stalls; turn++) {
      const server = run.system.servers[turn % 2]!;
      await run.fault(`${server.name} is blocked`, async () => {
        const before = run.recorder.counts.acknowledged;
        const stalled = server.evaluate(STALL);
        await run.wait((0.75 * STALL_MS) / 1000);
        held += await countHeldUp(run);
        await stalled;
        if (run.recorder.counts.acknowledged > before) written++;
      });
      await run.wait(run.random.between(1, 2));
    }
    await run.wait(2);
    run.require('nobody waited for a number that a blocked server had', held === 0, `${held}`);
    run.require('the other server went on writing', written === stalls, `in ${written} of ${stalls} stalls`);
  },
};
