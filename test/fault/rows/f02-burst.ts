import type { Row } from '../row.ts';

const RETRYABLE = new Set(['UNAVAILABLE', 'RATE_LIMITED', 'IDEMPOTENCY_IN_PROGRESS', 'TIMEOUT']);

/** More is asked than two cores can do: everybody waits longer, and nothing goes wrong. */
export const F02: Row = {
  id: 'F02',
  title: 'Bursts of writes',
  about:
    'Three times 48 writers ask for 300 writes a second for 10 seconds. Whoever is turned away is told to try again.',
  load: { writers: 48 },
  async inject(run) {
    const usual = run.load.writesPerS;
    for (let burst = 0; burst < run.times(3); burst++) {
      await run.fault('burst', async () => {
        run.load.writesPerS = 300;
        await run.calm(10);
        run.load.writesPerS = usual;
      });
      await run.wait(11);
    }
  },
  judge(run) {
    const wrong = run.recorder.failures.filter(({ code }) => !RETRYABLE.has(code));
    const codes = [...new Set(wrong.map(({ code }) => code))].join(', ');
    run.require('an attempt fails only with a code that says: try again', wrong.length === 0, codes || 'none other');
  },
};
