import { pollUntil } from '../../../src/db/embedded/poll.ts';
import { FeedSubscriber } from '../load/feed-subscriber.ts';
import type { Row } from '../row.ts';
import type { RowRun } from '../row-run.ts';

const LAGGARDS = 50;
const FIRST_SUB = 1_000;
const KEEP_ROWS = 50;
/** So far must an organisation have gone on before its log is cut: everybody who is away has missed some. */
const MISSED_ROWS = KEEP_ROWS + 20;
const KEEP_DAYS = 36_500;

/** The log is cut shorter than somebody is behind: he is told that he missed something, always. */
export const F27: Row = {
  id: 'F27',
  title: 'The log is trimmed past those who lag',
  about:
    'Five times 50 subscribers are cut off until the log has been trimmed past their positions; each is told CURSOR_TOO_OLD when it comes back and goes on from there. Twice more they only hang, connected.',
  async inject(run) {
    const links = await Promise.all([0, 1].map((instance) => run.system.openLink(instance)));
    const laggards = Array.from({ length: LAGGARDS }, (_, index) => newLaggard(run, index, links));
    for (const laggard of laggards) run.load.join(laggard);
    await untilEveryoneIsBack(run, laggards);
    const untold = new Set<string>();
    const rounds = run.times(5);
    for (let round = 0; round < rounds; round++) {
      const since = Date.now();
      await run.fault('away while the log is trimmed', async () => {
        for (const link of links) link.blackHole();
        for (const link of links) link.reset();
        await trim(run, laggards);
        for (const link of links) link.heal();
        await untilEveryoneIsBack(run, laggards);
      });
      for (const sub of findUntold(run, since)) untold.add(`${sub} in round ${round + 1}`);
      await run.wait(1);
    }
    for (let round = 0; round < run.times(2); round++) {
      await run.fault('hanging while the log is trimmed', async () => {
        for (const link of links) link.blackHole();
        await trim(run, laggards);
        for (const link of links) link.heal();
      });
      await run.wait(3);
    }
    run.require(
      'each that was away is told CURSOR_TOO_OLD',
      untold.size === 0,
      untold.size === 0 ? `${rounds * LAGGARDS} times` : `not: ${[...untold].join(', ')}`,
    );
  },
};

/** Waits until everybody has missed more than what is kept, and then cuts the log. */
async function trim(run: RowRun, laggards: readonly FeedSubscriber[]): Promise<void> {
  const seen = new Map<string, number>();
  for (const { seq, parts } of laggards) seen.set(parts.orgId, Math.max(seen.get(parts.orgId) ?? 0, seq ?? 0));
  await pollUntil(
    async () => {
      const heads = await run.system.query<{ orgId: string; seq: string }>(
        'select org_id as "orgId", seq from feed.org_feed',
      );
      return heads.every(({ orgId, seq }) => Number(seq) > (seen.get(orgId) ?? 0) + MISSED_ROWS) || undefined;
    },
    { timeoutMs: 60_000, intervalMs: 100, explain: () => 'The load writes nothing.' },
  );
  await run.system.query('select feed.forget_oldest(org_id, $1, $2, 1000000) from feed.org_feed', [
    KEEP_DAYS,
    KEEP_ROWS,
  ]);
}

async function untilEveryoneIsBack(run: RowRun, laggards: readonly FeedSubscriber[]): Promise<void> {
  const heads = await run.system.query<{ orgId: string; seq: string }>(
    'select org_id as "orgId", seq from feed.org_feed',
  );
  const head = new Map(heads.map(({ orgId, seq }) => [orgId, Number(seq)]));
  await pollUntil(async () => laggards.every(({ seq, parts }) => (seq ?? 0) >= head.get(parts.orgId)!) || undefined, {
    timeoutMs: 30_000,
    intervalMs: 50,
    explain: () => 'Not everybody came back.',
  });
}

function findUntold(run: RowRun, since: number): number[] {
  const told = new Set<number>();
  for (const event of run.history())
    if (event.type === 'resync' && event.at >= since && event.reason === 'CURSOR_TOO_OLD') told.add(event.sub);
  return Array.from({ length: LAGGARDS }, (_, index) => FIRST_SUB + index).filter((sub) => !told.has(sub));
}

function newLaggard(run: RowRun, index: number, links: readonly { readonly port: number }[]): FeedSubscriber {
  const office = run.offices[index % run.offices.length]!;
  return new FeedSubscriber(
    {
      sub: FIRST_SUB + index,
      urls: links.map(({ port }) => `http://127.0.0.1:${port}`),
      instance: index % 2,
      person: office.admins[index % office.admins.length]!,
      orgId: office.id,
      caseId: null,
      recorder: run.recorder,
      random: run.random.fork(index),
      slow: false,
    },
    { withHash: false },
  );
}
