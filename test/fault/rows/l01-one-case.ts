import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readMemory } from '../baseline.ts';
import { growthPerMinute } from '../checker/rest.ts';
import { CaseFile } from '../load/case-file.ts';
import { planFirstSave } from '../load/planned-write.ts';
import { Writer } from '../load/writer.ts';
import { addUser } from '../office.ts';
import type { Row } from '../row.ts';
import type { RowRun } from '../row-run.ts';
import type { ClientsReport, ClientsTask, SavedVersions } from './l01-clients.ts';

const USERS = 20;
const SOCKETS_EACH = 50;
const SAVES_PER_S = 5;
const HELPER_BYTES = 85_000;
const MINUTES = 10;
/** Each after the garbage is collected: what comes and goes between collections is no growth. */
const READ_MEMORY_EVERY_MS = 30_000;
/** In the first minutes caches fill and code is compiled. */
const SETTLED_AFTER_READINGS = 4;
const MIN_READINGS = 8;
const MAX_GROWTH_BYTES_PER_MINUTE = 1024 ** 2;

interface Reading {
  readonly at: number;
  readonly rssBytes: number;
}

/** No fault: a thousand people look at one case while it is being edited. */
export const L01: Row = {
  id: 'L01',
  title: 'A thousand sockets on one case',
  about:
    '1,000 sockets of 20 users on one server watch one case of 85 KB (version, changed paths, patch), which is saved 5 times a second for 10 minutes. Runs on its own: its clients are a process of their own.',
  load: {
    offices: 1,
    casesEach: 2,
    largeCasesEach: 1,
    largeBytes: HELPER_BYTES,
    writers: 0,
    feeds: 0,
    watchers: 0,
    slow: 0,
    packaged: 0,
  },
  async inject(run) {
    const server = run.system.servers[0]!;
    const url = `http://127.0.0.1:${server.port}`;
    const office = run.offices[0]!;
    const tokens: string[] = [];
    for (let user = 0; user < USERS; user++) tokens.push((await addUser(run.system.query, office.id, 'admin')).token);
    const caseId = office.caseIds[0]!;
    const clients = fork(fileURLToPath(new URL('l01-clients.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
    try {
      const connected = once(clients, 'message');
      clients.send({ url, tokens, socketsEach: SOCKETS_EACH, caseId } satisfies ClientsTask);
      await connected;
      const memory: Reading[] = [];
      const reading = setInterval(() => {
        void readMemory(server).then((held) => held && memory.push({ at: Date.now(), rssBytes: held.rssBytes }));
      }, READ_MEMORY_EVERY_MS);
      await save(run, run.system.urls[0]!, new CaseFile(office.id, caseId, HELPER_BYTES)).finally(() =>
        clearInterval(reading),
      );
      await run.wait(3);
      const saved = await run.system.query<SavedVersions[number]>(
        'select version, extract(epoch from saved_at) * 1000 as "savedAt" from public.case_helper where case_id = $1 order by version',
        [caseId],
      );
      const told = once(clients, 'message');
      clients.send(saved.map((row) => ({ version: row.version, savedAt: Number(row.savedAt) })));
      judge(run, (await told)[0] as ClientsReport, memory);
    } finally {
      clients.kill();
    }
  },
};

async function save(run: RowRun, url: string, file: CaseFile): Promise<void> {
  let op = 1_000_000;
  const writer = new Writer({
    urls: [url, url],
    recorder: run.recorder,
    random: run.random.fork(1),
    instance: 0,
    nextOp: () => op++,
    complain: (_, message) => run.require('answers agree', false, message),
  });
  const person = run.offices[0]!.admins[0]!;
  await writer.read(person, file);
  const untilAt = Date.now() + MINUTES * 60_000 * run.scale;
  let dueAt = Date.now();
  while (Date.now() < untilAt) {
    await run.wait(Math.max(0, dueAt - Date.now()) / 1000);
    dueAt += 1000 / SAVES_PER_S;
    await writer.write(person, planFirstSave(file, op.toString(36), run.random));
  }
}

function judge(run: RowRun, report: ClientsReport, memory: readonly Reading[]): void {
  const { sockets, deliveries, gaps, closed, p50, p99, max } = report;
  run.deliveries = deliveries;
  run.require(
    'all 1,000 sockets stay',
    sockets === USERS * SOCKETS_EACH && closed === 0,
    `${sockets} connected, ${closed} closed`,
  );
  run.require('each gets every version once, in order', gaps === 0, `${deliveries} deliveries, ${gaps} gaps`);
  run.require(
    '99 of 100 are there 250 ms after the save',
    p99 <= 250,
    `p50 ${p50} ms, p99 ${p99} ms, longest ${max} ms`,
  );
  const settled = memory.slice(SETTLED_AFTER_READINGS);
  if (settled.length < MIN_READINGS) return;
  const slope = growthPerMinute(settled);
  run.require(
    'the memory of the server grows by less than 1 MB a minute',
    slope < MAX_GROWTH_BYTES_PER_MINUTE,
    `${(slope / 1024 ** 2).toFixed(2)} MB a minute over ${settled.length} readings, ${Math.round(settled.at(-1)!.rssBytes / 1024 ** 2)} MB at the end`,
  );
}
