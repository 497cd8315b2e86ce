import { pollUntil } from '../../../src/db/embedded/poll.ts';
import type { Row } from '../row.ts';
import type { RowRun } from '../row-run.ts';

const NOTICED_WITHIN_MS = 15_000;
const HOLE_S = 20;

/** The connection that brings the wake-ups goes dead without an error. Polling goes on; a heartbeat notices. */
export const F09: Row = {
  id: 'F09',
  title: 'The LISTEN connection goes dead',
  about:
    'Nothing passes and no error shows, four times for 20 seconds, at each server in turn. It notices within 15 seconds, and changes come by polling meanwhile.',
  smoke: 0.25,
  async inject(run) {
    const { servers, links } = run.system;
    for (let turn = 0; turn < run.times(4); turn++) {
      const instance = turn % 2;
      await run.fault(`black hole before LISTEN of ${servers[instance]!.name}`, async () => {
        const beganAt = Date.now();
        links.listen[instance]!.blackHole();
        const tookMs = await noticed(run, instance, beganAt);
        run.requirePace(
          `${servers[instance]!.name} notices within 15 s`,
          tookMs !== null && tookMs <= NOTICED_WITHIN_MS,
          tookMs === null ? 'it did not' : `${tookMs} ms`,
        );
        await run.wait(Math.max(0, HOLE_S - (Date.now() - beganAt) / 1000));
        links.listen[instance]!.heal();
      });
      await run.wait(4);
    }
  },
  judge: (run) => requirePromptNews(run),
};

async function noticed(run: RowRun, instance: number, sinceAt: number): Promise<number | null> {
  return pollUntil(
    async () => {
      const ready = await run.system.servers[instance]!.readiness();
      return ready?.listener === 'polling' ? Date.now() - sinceAt : undefined;
    },
    { timeoutMs: NOTICED_WITHIN_MS + 5_000, intervalMs: 100, explain: () => 'not noticed' },
  ).catch(() => null);
}

/** While a server hears no notices, a poll once a second brings the news. */
export function requirePromptNews(run: RowRun): void {
  for (const { name, beginAt, endAt } of run.recorder.faults) {
    const lag = run.recorder.lagMs.percentile(0.99, beginAt, endAt);
    run.requirePace(`99 of 100 changes arrive within 1.5 s (${name})`, lag !== null && lag <= 1_500, `${lag} ms`);
  }
}
