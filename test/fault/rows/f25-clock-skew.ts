import { signToken } from '../../../src/auth/jwt.ts';
import { send } from '../load/graphql-call.ts';
import type { Row } from '../row.ts';
import type { RowRun } from '../row-run.ts';
import { JWT_SECRET } from '../system.ts';
import { lagsWithin, requirePrompt } from './lags.ts';

/** Seconds that the clock is ahead, one after the other, and the lifetimes of tokens that it then takes for good and for bad. */
const CLOCKS = [
  { aheadS: 90, good: [75, 300], bad: [45, -10] },
  { aheadS: 0, good: [60, -15], bad: [-45] },
  { aheadS: -90, good: [60, -105], bad: [-135] },
  { aheadS: 0, good: [60, -15], bad: [-45] },
];
const READ = JSON.stringify({ query: '{ featureFlags { name } }' });

/** The clock of one server is wrong, and jumps. Order comes from the database, so nothing but tokens can feel it. */
export const F25: Row = {
  id: 'F25',
  title: 'A wrong clock',
  about:
    'The clock of one server jumps 90 seconds ahead, back, 90 seconds behind, and back, for 15 seconds each. No write fails, changes come in order and within 2 seconds, and tokens are judged by that clock with 30 seconds of tolerance.',
  async inject(run) {
    const misjudged: string[] = [];
    const windows: { from: number; to: number }[] = [];
    await run.calm(5);
    for (const { aheadS, good, bad } of CLOCKS) {
      await run.fault(`the clock jumps to ${aheadS} s ahead`, () => run.system.servers[0]!.evaluate(setClock(aheadS)));
      const from = Date.now();
      for (const lifetimeS of [...good, ...bad]) {
        const isTaken = await isAccepted(run, lifetimeS);
        if (isTaken !== good.includes(lifetimeS))
          misjudged.push(`${isTaken ? 'accepted' : 'refused'} a token of ${lifetimeS} s, ${aheadS} s ahead`);
      }
      await run.calm(15);
      windows.push({ from, to: Date.now() });
    }
    await run.wait(2);
    run.require('tokens are judged with 30 s of tolerance', misjudged.length === 0, misjudged.join('; ') || 'as due');
    const lags = windows.flatMap((window) => lagsWithin(run, window)).sort((a, b) => a - b);
    requirePrompt(run, 'changes come within 2 s by a wrong clock too', lags);
  },
  judge(run) {
    const codes = [...new Set(run.recorder.failures.map(({ code }) => code))].join(', ');
    run.require('no write failed', run.recorder.failures.length === 0, codes || 'none');
  },
};

/** Dates stay dates to who made them before. */
function setClock(aheadS: number): string {
  return `{
    const real = globalThis.realDate ??= Date;
    const now = () => real.now() + ${aheadS * 1000};
    globalThis.Date = new Proxy(real, {
      construct: (target, args) => args.length > 0 ? new target(...args) : new target(now()),
      get: (target, name) => name === 'now' ? now : target[name],
    });
  }`;
}

async function isAccepted(run: RowRun, lifetimeS: number): Promise<boolean> {
  const { userId } = run.offices[0]!.admins[0]!;
  const token = await signToken(JWT_SECRET, { role: 'authenticated', userId }, lifetimeS);
  const sent = await send(run.system.urls[0]!, token, READ);
  return sent.kind === 'answered';
}
