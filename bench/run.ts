import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { STANDARD_SHAPE } from './data/shape.ts';
import { type Growth, measureGrowth } from './measure/growth.ts';
import { measureWorkload, type Pace } from './measure/measure.ts';
import { measureSubscribers } from './measure/subscribers.ts';
import type { Measured } from './measure/summarise.ts';
import { verifyWrites } from './measure/verify.ts';
import { SUBSCRIBERS, WORKLOADS } from './measure/workloads.ts';
import { type PeerName, peers } from './peers/peers.ts';
import { resultChart } from './report/chart.ts';
import { growthTable } from './report/growth-table.ts';
import { resultTable } from './report/table.ts';
import { Session } from './session.ts';

const WORKLOAD_NAMES = [...WORKLOADS, SUBSCRIBERS].map(({ name }) => name);
const USAGE = `npm run bench [-- OPTIONS]
  --quick                    one round of two seconds each; the numbers say little
  --only helper,save         these workloads alone: ${WORKLOAD_NAMES.join(', ')}
  --servers casegraph,floor  these servers alone: ${Object.keys(peers).join(', ')}
  --growth                   instead: how the numbers change with cases, sizes, versions and subscribers; takes half an hour
Results are written to bench/results.json and bench/chart.svg, or bench/growth.json, when nothing was left out.`;

const FULL: Pace = { rounds: 3, windowMs: 4_000, warmUpMs: 3_000 };
const QUICK: Pace = { rounds: 1, windowMs: 2_000, warmUpMs: 1_000 };
const READ_CASES = 1_000;

const options = readOptions();
const startedAt = Date.now();
const tell = (message: string) =>
  console.error(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${message}`);

const session = await Session.open(tell);
let failed = false;
let isEnded = false;
// Its servers and its PostgreSQL would go on without it.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    isEnded = true;
    void session.close().finally(() => process.exit(1));
  });
try {
  if (options.growth) await runGrowth();
  else await runComparison();
} catch (error) {
  failed = true;
  if (!isEnded) console.error(error);
} finally {
  await session.close();
}
process.exit(failed ? 1 : 0);

async function runComparison(): Promise<void> {
  const given = { shape: STANDARD_SHAPE, readCases: READ_CASES };
  const results = await session.withServers(options.servers, given, async (running) => {
    const { servers, sample, load, adminUrl } = running;
    tell('checking that all servers keep what a save promises');
    await verifyWrites(servers, sample);
    const measured: Measured[] = [];
    for (const workload of options.workloads) {
      tell(workload.title);
      measured.push(...(await measureWorkload(servers, workload, { sample, load, adminUrl, pace: options.pace })));
    }
    if (options.subscribers) {
      tell(SUBSCRIBERS.title);
      // One of its own, since memory tells of all that a process has done before.
      const server = await running.start('casegraph');
      measured.push(...(await measureSubscribers({ server, adminUrl, sample, pace: options.pace })));
    }
    return measured;
  });
  console.log(`\n${resultTable(results)}\n`);
  if (!options.isWhole) return;
  await write('results.json', JSON.stringify(results, null, 2));
  await write('chart.svg', resultChart(results));
}

async function runGrowth(): Promise<void> {
  const growth: Growth = await measureGrowth(session, options.pace, tell);
  console.log(`\n${growthTable(growth)}\n`);
  if (options.isWhole) await write('growth.json', JSON.stringify(growth, null, 2));
}

async function write(name: string, text: string): Promise<void> {
  await writeFile(fileURLToPath(new URL(name, import.meta.url)), `${text}\n`);
}

function readOptions() {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({ options: { quick: flag, only: text, servers: text, growth: flag, help: flag } });
    if (values.help) throw new Error(USAGE);
    const isWanted = (name: string) => !values.only || values.only.split(',').includes(name);
    const chosen = (Object.keys(peers) as PeerName[]).filter(
      (name) => !values.servers || values.servers.split(',').includes(name),
    );
    return {
      pace: values.quick ? QUICK : FULL,
      growth: values.growth,
      workloads: WORKLOADS.filter(({ name }) => isWanted(name)),
      subscribers: isWanted(SUBSCRIBERS.name) && chosen.includes('casegraph'),
      servers: chosen,
      isWhole: !values.only && !values.servers && !values.quick,
    };
  } catch (error) {
    console.error((error as Error).message === USAGE ? USAGE : `${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}
