import type { Row } from '../row.ts';

/** A deploy: a balancer leads new connections to the other server, and the one that is replaced finishes what runs. */
export const F04: Row = {
  id: 'F04',
  title: 'Rolling restart (SIGTERM)',
  about:
    'The two servers in turn, 10 times. New connections are led to the other server first, as a load balancer does; every write that runs is finished and answered.',
  async inject(run) {
    const { servers, links } = run.system;
    for (let turn = 0; turn < run.times(10); turn++) {
      const [leaving, staying] = turn % 2 === 0 ? [0, 1] : [1, 0];
      const server = servers[leaving]!;
      await run.fault(`SIGTERM to ${server.name}`, async () => {
        links.clients[leaving]!.redirect(servers[staying]!.port);
        await server.stop();
      });
      await server.start();
      links.clients[leaving]!.redirect(server.port);
      await run.wait(1);
    }
    await run.wait(2);
  },
  judge(run) {
    const { failures, counts } = run.recorder;
    const codes = [...new Set(failures.map(({ code }) => code))].join(', ');
    run.require('no write met an error', failures.length === 0, `${failures.length} attempts failed ${codes}`);
    run.require('every write was answered', counts.unknown === 0, `${counts.unknown} were not`);
  },
};
