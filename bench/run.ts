import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { ensureGeneratedClient } from '../src/db/generated-client.ts';
import { prepareLogins } from '../src/db/login-roles.ts';
import { readSample } from './data/sample.ts';
import { BenchCluster, STANDARD_SHAPE } from './data/shape.ts';
import { installPeers } from './install.ts';
import { Load } from './load/load.ts';
import { type Measured, measureWorkload, type Pace } from './measure/measure.ts';
import { measureSubscribers } from './measure/subscribers.ts';
import { verifyWrites } from './measure/verify.ts';
import { SUBSCRIBERS, WORKLOADS } from './measure/workloads.ts';
import { nodeForServers } from './node-binary.ts';
import { type PeerName, peers } from './peers/peers.ts';
import { resultTable } from './report/table.ts';
import { ServerProcess, type ServerSettings } from './server-process.ts';

const WORKLOAD_NAMES = [...WORKLOADS, SUBSCRIBERS].map(({ name }) => name);
const USAGE = `npm run bench [-- OPTIONS]
  --quick                    one round of two seconds each; the numbers say little
  --only helper,save         these workloads alone: ${WORKLOAD_NAMES.join(', ')}
  --servers casegraph,floor  these servers alone: ${Object.keys(peers).join(', ')}
Results are written to bench/results.json when nothing was left out.`;

const FULL: Pace = { rounds: 3, windowMs: 4_000, warmUpMs: 3_000 };
const QUICK: Pace = { rounds: 1, windowMs: 2_000, warmUpMs: 1_000 };
const POOL_MAX = 10;
const READ_CASES = 1_000;
const JWT_SECRET = 'jwt-secret-of-the-bench-0123456789-abcdef';
const RESULTS = fileURLToPath(new URL('results.json', import.meta.url));

const options = readOptions();
const startedAt = Date.now();
const tell = (message: string) =>
  console.error(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${message}`);

installPeers(tell);
await ensureGeneratedClient();
const node = nodeForServers(tell);
const cluster = await BenchCluster.start(tell);
const load = new Load();
const servers: ServerProcess[] = [];
let failed = false;
try {
  const adminUrl = await cluster.openDatabase(STANDARD_SHAPE);
  // As the server works it out, so that both come to the same passwords.
  const loginSecret = `${new URL(adminUrl).password}|${JWT_SECRET}`;
  const { apiUrl } = await prepareLogins(adminUrl, loginSecret, pino({ level: 'silent' }));
  const logFolder = await mkdtemp(join(tmpdir(), 'casegraph-bench-'));
  tell(`starting ${options.servers.join(', ')} on Node ${node.version}; they log into ${logFolder}`);
  const settings: ServerSettings = {
    node: node.path,
    adminUrl,
    apiUrl,
    jwtSecret: JWT_SECRET,
    poolMax: POOL_MAX,
    logFolder,
  };
  for (const name of options.servers) servers.push(await ServerProcess.start(name, settings));
  const sample = await readSample(adminUrl, JWT_SECRET, READ_CASES);
  tell('checking that all servers keep what a save promises');
  await verifyWrites(servers, sample);
  const results: Measured[] = [];
  const pace = options.quick ? QUICK : FULL;
  for (const workload of options.workloads) {
    tell(workload.title);
    results.push(...(await measureWorkload(servers, workload, { sample, load, pace })));
  }
  if (options.subscribers) {
    tell(SUBSCRIBERS.title);
    // One of its own, since memory tells of all that a process has done before.
    const server = await ServerProcess.start('casegraph', settings);
    servers.push(server);
    results.push(...(await measureSubscribers({ server, adminUrl, sample, pace })));
  }
  console.log(`\n${resultTable(results)}\n`);
  if (options.isWhole) await writeFile(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  load.stop();
  for (const server of servers) await server.stop();
  await cluster.stop();
}
process.exit(failed ? 1 : 0);

function readOptions() {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({ options: { quick: flag, only: text, servers: text, help: flag } });
    if (values.help) throw new Error(USAGE);
    const isWanted = (name: string) => !values.only || values.only.split(',').includes(name);
    const chosen = (Object.keys(peers) as PeerName[]).filter(
      (name) => !values.servers || values.servers.split(',').includes(name),
    );
    return {
      quick: values.quick,
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
