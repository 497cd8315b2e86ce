import { pollUntil } from '../../../src/db/embedded/poll.ts';
import type { Row } from '../row.ts';
import type { ServerProcess } from '../server-process.ts';

const MAX_LIFE_S = 3;

/** A machine that does not come to itself: everything goes down again before it is well up. */
export const F29: Row = {
  id: 'F29',
  title: 'Crash loops of server and database',
  about:
    'One of the servers and PostgreSQL are killed (kill -9) at the same moment, 25 times, each time up to 3 seconds after the last start; a server that finds no database says so, ends, and is started again. All that was acknowledged is there, once.',
  recoverWithinMs: 15_000,
  async inject(run) {
    const { servers, cluster } = run.system;
    for (let turn = 0; turn < run.times(25); turn++) {
      const server = servers[turn % servers.length]!;
      await run.fault(`kill -9 of ${server.name} and PostgreSQL`, async () => {
        await Promise.all([server.kill(), cluster.crash('SIGKILL')]);
        await run.system.restartPostgres();
      });
      for (const one of servers) if (!one.running) one.launch();
      await run.wait(run.random.between(0, MAX_LIFE_S));
    }
    await superviseUntilAllServe(servers);
    await run.wait(5);
  },
  judge(run) {
    const { acknowledged, unknown } = run.recorder.counts;
    run.require('writes got through in between', acknowledged > 0, `${acknowledged} acknowledged, ${unknown} unknown`);
  },
};

async function superviseUntilAllServe(servers: readonly ServerProcess[]): Promise<void> {
  await pollUntil(
    async () => {
      for (const server of servers) if (!server.running) server.launch();
      const readiness = await Promise.all(servers.map((server) => server.readiness()));
      return readiness.every((answer) => answer !== null) || undefined;
    },
    { timeoutMs: 90_000, intervalMs: 200, explain: () => 'The servers do not come up again.' },
  );
}
