import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pollUntil } from '../../../src/db/embedded/poll.ts';
import { restoreBaseCopy, takeBaseCopy } from '../base-copy.ts';
import { judgeHistory } from '../checker/check-history.ts';
import { readFinalState } from '../final-state.ts';
import { FeedSubscriber } from '../load/feed-subscriber.ts';
import { Load } from '../load/load.ts';
import { BASE_LOAD } from '../load/load-shape.ts';
import { VersionSubscriber } from '../load/version-subscriber.ts';
import { comeToRest } from '../rest.ts';
import type { Row } from '../row.ts';
import type { RowRun } from '../row-run.ts';
import { JWT_SECRET } from '../system.ts';
import { judgeAfterRestore } from './judge-after-restore.ts';
import { logOnce } from './log-once.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const KEPT_KEYS = 20;
const LOST_KEYS = 20;
const BACK_WITHIN_MS = 60_000;

/** The database is set back to a copy. What was written since is gone; nobody is left to believe otherwise. */
export const F26: Row = {
  id: 'F26',
  title: 'The database is restored from a copy',
  about:
    'From a copy a minute old, in the documented order, with a new epoch of the feed. Who follows a feed is told NEW_EPOCH, who has a version of a case that is gone CURSOR_AHEAD, and all follow what is there now; of writes sent again under their keys those that were lost are written and the others answered, each once. Until the restore and after it all invariants hold.',
  recoverWithinMs: 15_000,
  load: { slow: 0 },
  async inject(run) {
    const { system, load } = run;
    const keys = Array.from({ length: KEPT_KEYS + LOST_KEYS }, (_, index) => `restored ${index} ${run.random.seed}`);
    await run.calm(5);
    for (const key of keys.slice(0, KEPT_KEYS)) await logOnce(run, key);
    let copy = '';
    await run.fault('PostgreSQL stops at once, and its files are copied', async () => {
      await system.cluster.crash('SIGQUIT');
      copy = await takeBaseCopy(system.cluster);
      await system.restartPostgres();
    });
    await run.wait(5);
    for (const key of keys.slice(KEPT_KEYS)) await logOnce(run, key);
    await run.calm(50);
    await load.stopWriting();
    await comeToRest(system, load.subscribers);
    const { violations, counts } = judgeHistory(run.history(), await readFinalState(system.query));
    run.require(
      'until the restore all invariants hold',
      violations.length === 0,
      violations.map(({ invariant, message }) => `${invariant}: ${message}`).join('; ') || `${counts.acked} writes`,
    );

    const versions = versionsOfWatchers(run);
    let survived = new Set<string>();
    await run.fault('restore', async () => {
      await Promise.all(system.servers.map((server) => server.stop()));
      await system.cluster.crash('SIGQUIT');
      await restoreBaseCopy(system.cluster, copy);
      await system.restartPostgres();
      const rows = await system.query<{ key: string }>('select key from gateway.idempotency');
      survived = new Set(rows.map(({ key }) => key));
      await beginEpoch(run);
      await Promise.all(system.servers.map((server) => server.start()));
    });
    const restoredAt = run.recorder.faults.at(-1)!.beginAt;
    run.judged = (events) => judgeAfterRestore(events, restoredAt, survived);
    await requireResync(run, restoredAt, versions);
    await writeOn(run);

    const replayed: boolean[] = [];
    for (const key of keys) replayed.push(await logOnce(run, key));
    const again: boolean[] = [];
    for (const key of keys) again.push(await logOnce(run, key));
    const isRight = replayed.every((was, index) => was === index < KEPT_KEYS) && again.every((was) => was);
    const once = await system.query<{ message: string }>(
      'select message from public.system_logs group by message having count(*) = 1',
    );
    run.require(
      'of writes sent again twice under their keys, the lost ones are done once and the others never',
      isRight && once.length === keys.length,
      `${replayed.filter((was) => !was).length} of ${LOST_KEYS} lost ones done again, ${once.length} of ${keys.length} there once`,
    );
  },
};

async function beginEpoch(run: RowRun): Promise<void> {
  const { cluster, database } = run.system;
  const env = { ...process.env, DATABASE_URL: cluster.url(database), JWT_SECRET };
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'src/cli/epoch.ts'], { cwd: ROOT, env });
}

/** People who load their cases anew and go on. */
async function writeOn(run: RowRun): Promise<void> {
  const load = new Load({
    system: run.system,
    recorder: run.recorder,
    random: run.random.fork(1),
    offices: run.offices,
    shape: { ...BASE_LOAD, feeds: 0, watchers: 0, slow: 0, packaged: 0 },
    numbersFrom: 1_000_000,
  });
  load.startWriting();
  await run.calm(15);
  await load.stopWriting();
  run.load.complaints.push(...load.complaints);
}

function versionsOfWatchers(run: RowRun): Map<VersionSubscriber, number> {
  const watchers = run.load.subscribers.filter((subscriber) => subscriber instanceof VersionSubscriber);
  return new Map(watchers.map((watcher) => [watcher, watcher.version ?? 0]));
}

/** Who follows a feed has a cursor of the old epoch; who follows a case knows its version alone, which may be gone. */
async function requireResync(run: RowRun, since: number, versions: ReadonlyMap<VersionSubscriber, number>) {
  const rows = await run.system.query<{ caseId: string; version: number }>(
    'select case_id as "caseId", version from public.case_helper where is_current',
  );
  const current = new Map(rows.map(({ caseId, version }) => [caseId, version]));
  const due = new Map<number, string>();
  for (const subscriber of run.load.subscribers) {
    const { caseId } = subscriber.parts;
    if (subscriber instanceof FeedSubscriber) due.set(subscriber.sub, 'NEW_EPOCH');
    else if (subscriber instanceof VersionSubscriber && versions.get(subscriber)! > current.get(caseId!)!)
      due.set(subscriber.sub, 'CURSOR_AHEAD');
  }
  const findUntold = () => {
    const untold = new Map(due);
    for (const event of run.history())
      if (event.type === 'resync' && event.at >= since && untold.get(event.sub) === event.reason)
        untold.delete(event.sub);
    return untold;
  };
  await pollUntil(async () => findUntold().size === 0 || undefined, {
    timeoutMs: BACK_WITHIN_MS,
    intervalMs: 1_000,
    explain: () => 'Not everybody was told.',
  }).catch(() => undefined);
  const untold = findUntold().size;
  run.require(
    'who follows a feed is told NEW_EPOCH, who has a version that is gone CURSOR_AHEAD',
    untold === 0,
    `${due.size - untold} of ${due.size} were told`,
  );
}
