import type { Row } from '../row.ts';

/** The worst moment to lose a connection: the write is done, and nobody is told. */
export const F07: Row = {
  id: 'F07',
  title: 'The answer to COMMIT is lost',
  about: 'Of every 20 transactions that wrote, one commits and its connection is reset before the server hears of it.',
  smoke: 0.33,
  async inject(run) {
    const links = run.system.links.database;
    const cuts = () => links.reduce((sum, link) => sum + link.counts.cuts, 0);
    await run.fault('cuts on commit', async () => {
      for (const link of links) link.cutOnCommit(0.05);
      await run.calm(90);
      for (const link of links) link.heal();
    });
    run.count(cuts() - 1);
    await run.wait(3);
    run.require('connections were cut on commit', cuts() > 0, `${cuts()} cuts`);
  },
  judge(run) {
    const { replayed, unknown } = run.recorder.counts;
    run.require(
      'every write that was cut off is answered by its replay',
      unknown === 0 && replayed > 0,
      `${replayed} replays, ${unknown} without an answer`,
    );
  },
};
