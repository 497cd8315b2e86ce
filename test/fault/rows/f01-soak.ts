import type { Row } from '../row.ts';

/** Nothing goes wrong: what the load itself costs, and whether memory stays flat. */
export const F01: Row = {
  id: 'F01',
  title: 'Nothing is broken',
  about: 'The load alone, for four minutes.',
  async inject(run) {
    await run.calm(240);
  },
  judge(run) {
    const { saveMs, lagMs } = run.recorder;
    const [p50, p99, lag] = [saveMs.percentile(0.5), saveMs.percentile(0.99), lagMs.percentile(0.99)];
    run.require('half of all writes are answered within 25 ms', p50 !== null && p50 < 25, `${p50} ms`);
    run.require('99 of 100 writes are answered within 250 ms', p99 !== null && p99 < 250, `${p99} ms`);
    run.require('99 of 100 changes are delivered within 300 ms', lag !== null && lag < 300, `${lag} ms`);
  },
};
