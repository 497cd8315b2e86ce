import type { Row } from '../row.ts';

/** A server is gone without a word, again and again; clients go on at the other one. */
export const F03: Row = {
  id: 'F03',
  title: 'A server is killed (kill -9)',
  about: 'The two servers in turn, 20 times; each is started again at once.',
  smoke: 0.15,
  async inject(run) {
    const { servers } = run.system;
    for (let turn = 0; turn < run.times(20); turn++) {
      const server = servers[turn % servers.length]!;
      await run.fault(`kill -9 of ${server.name}`, () => server.kill());
      await server.start();
      await run.wait(run.random.between(0.5, 2.5));
    }
    await run.wait(2);
  },
};
