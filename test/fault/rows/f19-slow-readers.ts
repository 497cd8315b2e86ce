import { readMemory } from '../baseline.ts';
import { VersionSubscriber } from '../load/version-subscriber.ts';
import type { Row } from '../row.ts';
import type { RowRun } from '../row-run.ts';
import type { ServerProcess } from '../server-process.ts';

const READERS = 20;
const FIRST_SUB = 1_000;
const TRICKLE_BYTES_PER_S = 1_024;
const SAMPLE_S = 6;
const MAX_GROWTH_BYTES = 100 * 1024 ** 2;
/** Two rounds of pings: by then a server knows that nobody reads. */
const NOTICED_AFTER_S = 30;

/** Clients that take nothing, or next to nothing, of large events. They cost neither memory nor anybody else's time. */
export const F19: Row = {
  id: 'F19',
  title: 'Clients that hardly read',
  about:
    '20 sockets are sent every version of a helper of 200 KB. For a minute 10 of them read nothing and 10 read 1 KB a second. The servers grow by less than 100 MB, everybody else is told as quickly as ever, the slow ones are cut off and, when they read again, get all they missed.',
  load: { largeShare: 0.5, writesPerS: 30, slow: 0 },
  async inject(run) {
    const { servers } = run.system;
    const links = await Promise.all([0, 1, 0, 1].map((instance) => run.system.openLink(instance)));
    const [deaf, trickling] = [links.slice(0, 2), links.slice(2)];
    for (let index = 0; index < READERS; index++) run.load.join(newReader(run, index, index % 2 ? deaf : trickling));
    await run.wait(5);
    const beganAt = Date.now();
    await run.calm(15);
    const before = await readKept(servers);
    let grown = 0;
    const slowAt = Date.now();
    await run.fault('20 sockets hardly read', async () => {
      for (const link of deaf) link.halfOpen('toServer');
      for (const link of trickling) link.throttle(TRICKLE_BYTES_PER_S);
      const untilAt = Date.now() + 1000 * Math.max(NOTICED_AFTER_S, 60 * run.scale);
      while (Date.now() < untilAt) {
        await run.wait(SAMPLE_S);
        const kept = await readKept(servers);
        grown = Math.max(grown, ...kept.map((bytes, index) => bytes - before[index]!));
      }
    });
    const endedAt = Date.now();
    for (const link of links) link.heal();
    await run.wait(10);
    run.require('no server grows by 100 MB', grown < MAX_GROWTH_BYTES, `${Math.round(grown / 1024 ** 2)} MB`);
    const calm = run.recorder.lagMs.percentile(0.99, beganAt, slowAt) ?? 0;
    const slow = run.recorder.lagMs.percentile(0.99, slowAt, endedAt) ?? Number.POSITIVE_INFINITY;
    run.require(
      'everybody else is told as quickly as before (99 of 100: twice the time, or 500 ms)',
      slow <= Math.max(2 * calm, 500),
      `${slow} ms, before ${calm} ms`,
    );
  },
  judge(run) {
    const closed = new Set<number>();
    for (const event of run.history()) if (event.type === 'closed' && event.sub >= FIRST_SUB) closed.add(event.sub);
    run.require('every slow one is cut off', closed.size === READERS, `${closed.size} of ${READERS}`);
  },
};

/** Bytes that stay after a collection of garbage: what is held for those who do not read, and not what passes through. */
async function readKept(servers: readonly ServerProcess[]): Promise<number[]> {
  const holdings = await Promise.all(servers.map(readMemory));
  return holdings.map((held) => held?.rssBytes ?? 0);
}

function newReader(run: RowRun, index: number, links: readonly { readonly port: number }[]): VersionSubscriber {
  const office = run.offices[index % run.offices.length]!;
  return new VersionSubscriber(
    {
      sub: FIRST_SUB + index,
      urls: links.map(({ port }) => `http://127.0.0.1:${port}`),
      instance: (index >> 1) % 2,
      person: office.admins[index % office.admins.length]!,
      orgId: office.id,
      // The first cases of an office are those with large helpers.
      caseId: office.caseIds[index % 4]!,
      recorder: run.recorder,
      random: run.random.fork(index),
      slow: true,
    },
    { selection: 'document', policy: 'ALL' },
  );
}
