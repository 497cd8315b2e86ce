import { BASE_LOAD } from '../load/load-shape.ts';
import type { Row } from '../row.ts';

const OFFICES_WRITES_PER_S = 25;
/** More than two cores do: as many as they take. */
const FULL_SPEED_PER_S = 300;

/** Nothing goes wrong: how long things take at an office's pace, then as many writes as the machine takes. */
export const F01: Row = {
  id: 'F01',
  title: 'Nothing is broken',
  about:
    'The load alone, with a smaller audience and fewer large writes: a minute at the pace of busy offices, in which times are taken, then five minutes at full speed.',
  load: {
    writesPerS: OFFICES_WRITES_PER_S,
    largeShare: 0.02,
    mix: { ...BASE_LOAD.mix, bulk: 0.02 },
    feeds: 12,
    watchers: 9,
    slow: 2,
    packaged: 4,
  },
  async inject(run) {
    await run.calm(10);
    const from = Date.now();
    await run.calm(60);
    const to = Date.now();
    run.load.writesPerS = FULL_SPEED_PER_S;
    await run.calm(300);

    const { saveMs, lagMs } = run.recorder;
    const [p50, p99] = [saveMs.percentile(0.5, from, to), saveMs.percentile(0.99, from, to)];
    const lag = lagMs.percentile(0.99, from, to);
    run.require('half of all writes are answered within 50 ms', p50 !== null && p50 < 50, `${p50} ms`);
    run.require('99 of 100 writes are answered within 250 ms', p99 !== null && p99 < 250, `${p99} ms`);
    run.require('99 of 100 changes are delivered within 300 ms', lag !== null && lag < 300, `${lag} ms`);
  },
};
