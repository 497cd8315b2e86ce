// The load, a process of its own: told by its parent what to do to which server, it answers what it measured.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { BULK_LINES } from '../data/bulk-lines.ts';
import { NOTE_MARK } from '../data/helper-document.ts';
import { percentile } from '../measure/percentiles.ts';
import { cpuUsOf, rssMbOf } from '../measure/process-usage.ts';
import { peers } from '../peers/peers.ts';
import { type Answer, Connection } from './connection.ts';
import { type Job, linesOf, type ReadWork, type WindowResult, type WriteTarget } from './job.ts';

/** One request of a connection, and what has to be true of its answer. */
interface Turn {
  readonly request: Buffer;
  readonly check: (answer: Answer) => void;
}

/** A window is longer than asked for until it has seen so many. */
const FEWEST_ANSWERS = 48;
const LONGEST_WINDOW_MS = 60_000;
const POLL_MS = 100;

/** Versions that the saves of this run came to, over all jobs. */
const versions = new Map<string, number>();
let writes = 0;

process.on('message', (job: Job) => {
  run(job).then(
    (result) => process.send!({ result }),
    (error: Error) => process.send!({ error: error.message }),
  );
});

async function run(job: Job): Promise<WindowResult> {
  const connections = await Promise.all(
    Array.from({ length: job.connections }, (_, index) =>
      Connection.open(job.port, job.tokens[index % job.tokens.length]!),
    ),
  );
  const clock = { from: Number.POSITIVE_INFINITY, until: Number.POSITIVE_INFINITY };
  const latencies: number[] = [];
  const ask = async (connection: Connection, turns: () => Turn) => {
    for (;;) {
      const { request, check } = turns();
      const sentAt = performance.now();
      if (sentAt >= clock.until) return;
      const answer = await connection.send(request);
      const now = performance.now();
      check(answer);
      if (now >= clock.from && now < clock.until) latencies.push(now - sentAt);
    }
  };
  try {
    const asking = connections.map((connection, index) => ask(connection, turnsOf(job, connection, index)));
    const failed = new Promise<never>((_, reject) => Promise.all(asking).catch(reject));
    await Promise.race([pause(job.rampMs), failed]);
    const before = cpuUsOf(job.pid);
    clock.from = performance.now();
    await Promise.race([pause(job.windowMs), failed]);
    // A server that takes seconds for one answer gets the time to give some.
    while (latencies.length < FEWEST_ANSWERS && performance.now() - clock.from < LONGEST_WINDOW_MS)
      await Promise.race([pause(POLL_MS), failed]);
    clock.until = performance.now();
    const after = cpuUsOf(job.pid);
    const rssMb = rssMbOf(job.pid);
    await Promise.all(asking);
    const sorted = Float64Array.from(latencies).sort();
    return {
      requests: sorted.length,
      seconds: (clock.until - clock.from) / 1000,
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
      cpuUs: before === null || after === null ? null : (after - before) / sorted.length,
      rssMb,
    };
  } finally {
    for (const connection of connections) connection.close();
  }
}

function turnsOf(job: Job, connection: Connection, index: number): () => Turn {
  const { work } = job;
  if (work.kind === 'read') return readTurns(work, connection, index);
  const mine = work.targets.filter((_, place) => place % job.connections === index);
  return work.name === 'save' ? saveTurns(job, mine, connection) : linesTurns(job, mine, connection);
}

/** Each connection begins at another place, so that they do not all ask for the same. */
function readTurns({ calls }: ReadWork, connection: Connection, index: number): () => Turn {
  const turns = calls.map(({ path, body, answerBytes }) => ({
    request: connection.encode(path, body),
    check: ({ status, body: answered }: Answer) => {
      if (status !== 200 || answered.length !== answerBytes)
        throw new Error(`The answer is not the one that was checked: ${status} ${answered.subarray(0, 500)}`);
    },
  }));
  let next = index * 7;
  return () => turns[next++ % turns.length]!;
}

function saveTurns(job: Job, targets: readonly WriteTarget[], connection: Connection): () => Turn {
  const { save } = peers[job.peer];
  const documents = targets.map(({ helper }) => helper.split(NOTE_MARK));
  let next = 0;
  return () => {
    const place = next++ % targets.length;
    const { caseId, version: atFirst } = targets[place]!;
    const version = versions.get(caseId) ?? atFirst;
    const helper = documents[place]!.join(`note ${++writes}`);
    const { path, body } = save.call({ caseId, expectedVersion: version, helper, idempotencyKey: randomUUID() });
    return {
      request: connection.encode(path, body),
      check: (answer) => {
        const saved = save.shape(JSON.parse(answer.body.toString()));
        if (saved.outcome !== 'UPDATED' || saved.version !== version + 1)
          throw new Error(`A save from version ${version} came to ${JSON.stringify(saved)}`);
        versions.set(caseId, saved.version);
      },
    };
  };
}

function linesTurns(job: Job, targets: readonly WriteTarget[], connection: Connection): () => Turn {
  const { lines100 } = peers[job.peer];
  let next = 0;
  return () => {
    const { orgId, bulkInvoiceId } = targets[next++ % targets.length]!;
    const { path, body } = lines100.call({ orgId, invoiceId: bulkInvoiceId, lines: linesOf(BULK_LINES, ++writes) });
    return {
      request: connection.encode(path, body),
      check: (answer) => {
        const updated = lines100.shape(JSON.parse(answer.body.toString()));
        if (updated !== BULK_LINES) throw new Error(`Of ${BULK_LINES} lines ${updated} were written`);
      },
    };
  };
}
