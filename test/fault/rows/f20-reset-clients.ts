import type { Row } from '../row.ts';

const RESETS = 2_000;
const AT_A_TIME = 20;

/** Mobile networks, balancers, laptops that sleep: connections of clients break at any byte, for ever. */
export const F20: Row = {
  id: 'F20',
  title: "Clients' connections are reset",
  about:
    '2,000 resets of connections drawn by lot, among them those of 200 subscriptions; each comes back by itself, waiting between 0.2 and 1.5 seconds. What each subscription gets is complete and in order.',
  smoke: 0.1,
  async inject(run) {
    const links = run.system.links.clients;
    const accepted = () => links.reduce((sum, link) => sum + link.accepted, 0);
    const [before, beganAt] = [accepted(), Date.now()];
    let done = 0;
    const wanted = run.times(RESETS);
    await run.fault('resets by lot', async () => {
      while (done < wanted) {
        done += run.random.pick(links).reset(Math.min(AT_A_TIME, wanted - done));
        await run.wait(run.random.between(0.3, 0.9));
      }
    });
    run.count(done - 1);
    const perS = (accepted() - before) / ((Date.now() - beganAt) / 1000);
    await run.wait(5);
    run.require('connections were reset', done >= wanted, `${done}, and ${Math.round(perS)} new ones a second`);
  },
};
