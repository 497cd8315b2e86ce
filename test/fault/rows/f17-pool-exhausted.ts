import { send } from '../load/graphql-call.ts';
import type { Row } from '../row.ts';
import type { RowRun } from '../row-run.ts';

const QUERIES = 60;
/** 10 s for a connection, 5 s more for the table where one comes free at the last moment, and 3 s for a busy machine. */
const ANSWERED_WITHIN_MS = 18_000;
const GIVE_UP_AFTER_MS = 40_000;
const READ_FLAGS = JSON.stringify({ query: '{ featureFlags { name } }' });

/** All connections of the small pools are taken by queries that wait. Everybody else is told soon to come back. */
export const F17: Row = {
  id: 'F17',
  title: 'No free database connection',
  about:
    'Each server has 3 connections per pool. Five times 60 queries wait for a table that is locked. Each of them is answered UNAVAILABLE, after 10 seconds without a connection or 5 with one, none hangs, and everything is well again after.',
  env: { DATABASE_POOL_MAX: '3' },
  load: { writesPerS: 30 },
  async inject(run) {
    const answers: { code: string; tookMs: number }[] = [];
    for (let turn = 0; turn < run.times(5); turn++) {
      await run.fault(`${QUERIES} slow queries`, async () => void answers.push(...(await askInVain(run))));
      await run.wait(6);
    }
    const slowest = Math.max(...answers.map(({ tookMs }) => tookMs));
    const codes = [...new Set(answers.map(({ code }) => code))].join(', ');
    run.require('each is answered UNAVAILABLE', codes === 'UNAVAILABLE', `${answers.length} answers: ${codes}`);
    run.require('none takes longer than 18 s', slowest < ANSWERED_WITHIN_MS, `the slowest ${slowest} ms`);
  },
};

async function askInVain(run: RowRun) {
  const { urls } = run.system;
  const client = await run.system.connect();
  try {
    await client.query('begin');
    await client.query('lock table public.feature_flags in access exclusive mode');
    return await Promise.all(
      Array.from({ length: QUERIES }, async (_, index) => {
        const { token } = run.random.pick(run.offices).admins[0]!;
        const beganAt = Date.now();
        const sent = await send(urls[index % urls.length]!, token, READ_FLAGS, {}, GIVE_UP_AFTER_MS);
        return { code: sent.kind === 'answered' ? 'answered' : sent.code, tookMs: Date.now() - beganAt };
      }),
    );
  } finally {
    await client.end();
  }
}
