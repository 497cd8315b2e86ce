import type { Row } from '../row.ts';
import { requirePromptNews } from './f09-listen-black-hole.ts';

/** After so long a server has had its heartbeat missed at least once. */
const KNOWN_AFTER_S = 16;

/** A pooler in transaction mode between LISTEN and the database: it accepts LISTEN and never tells anything. */
export const F11: Row = {
  id: 'F11',
  title: 'LISTEN through a pooler that drops notices',
  about: 'For 60 seconds no server is told anything. Each says that it is polling, and changes arrive by that.',
  async inject(run) {
    const { servers, links } = run.system;
    const seen: string[] = [];
    await run.fault('no notices', async () => {
      for (const link of links.listen) link.dropNotifications(true);
      await run.wait(KNOWN_AFTER_S);
      const untilAt = Date.now() + 1000 * Math.max(10, (60 - KNOWN_AFTER_S) * run.scale);
      while (Date.now() < untilAt) {
        for (const server of servers) seen.push((await server.readiness())?.listener ?? 'no answer');
        await run.wait(0.5);
      }
      for (const link of links.listen) link.heal();
    });
    const polling = seen.filter((state) => state === 'polling').length;
    run.require(
      '/ready says that the server is polling, once it had time to know',
      polling === seen.length,
      `${polling} of ${seen.length} times`,
    );
    await run.wait(5);
  },
  judge: (run) => requirePromptNews(run),
};
