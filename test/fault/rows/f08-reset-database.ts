import type { Row } from '../row.ts';

/** Whatever stands between the servers and the database drops all its connections. */
export const F08: Row = {
  id: 'F08',
  title: 'All connections to PostgreSQL are reset',
  about: 'Those of both servers, every 3 seconds, 25 times: in the middle of whatever they were doing.',
  async inject(run) {
    for (let turn = 0; turn < run.times(25); turn++) {
      await run.fault('reset of all database connections', () => {
        const hit = run.system.links.database.map((link) => link.reset());
        run.count(Math.max(0, hit.reduce((sum, count) => sum + count, 0) - 1));
      });
      await run.wait(3);
    }
    await run.wait(3);
  },
};
