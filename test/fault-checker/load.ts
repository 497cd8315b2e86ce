import { type Judgement, judgeHistory } from '../fault/checker/check-history.ts';
import type { FinalState } from '../fault/history.ts';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import type { World } from '../support/fixtures.ts';
import { buildGate, type Gate } from './gate.ts';
import { Recording, type Told } from './recording.ts';
import { type Habits, SocketWatcher } from './socket-watcher.ts';
import type { Watch, Watcher } from './watcher.ts';
import { readFinal, type SaveRequest, type Sender, sendSave, type WatchedCase, Writer } from './writer.ts';

/** What is wrong with a system; nothing, where nothing is said. */
export interface Plant {
  /** Done to the database before the load. */
  readonly alter?: string;
  readonly send?: Sender;
  /** A save whose first answer is lost, so that it is sent again: `between` is what others do meanwhile. */
  readonly sendTwice?: (request: SaveRequest, between: () => Promise<unknown>, db: TestDatabase) => Promise<Told>;
  readonly habits?: Habits;
  /** Instead of the socket that follows the first organisation's feed. */
  readonly watchFeed?: (recording: Recording, watch: Watch, parts: { client: TestClient; db: TestDatabase }) => Watcher;
  /** Nobody else subscribes, and that one hears of nothing while somebody writes: its positions are its own. */
  readonly watchesAlone?: boolean;
  /** Done while the subscribers that come back are away. */
  readonly whileAway?: (db: TestDatabase, orgId: string) => Promise<unknown>;
  readonly readFinal?: (db: TestDatabase) => Promise<FinalState>;
}

/**
 * A small load in which everything happens once that can go wrong: writers who race, overtake and wait for each other, a
 * write sent twice because its answer was lost, subscribers who are cut off and come back, a restore, a foreigner at the door.
 * Each meeting is arranged by locks, none left to luck.
 */
export async function runLoad(world: World, plant: Plant = {}): Promise<Judgement> {
  if (plant.alter) await world.db.query(plant.alter);
  const recording = new Recording();
  const cast = await prepareCast(world);
  const { all: watchers, comeBack, everyVersion } = prepareWatchers(world, plant, recording, cast);
  const { admin, first, second } = cast;
  const writer = new Writer(world.db, recording, plant.send ?? sendSave);
  const gate = await buildGate(world.db);
  try {
    for (const watcher of watchers) await watcher.connect();
    await race(writer, cast);
    await overtakeAtCommit(writer, gate, cast, plant.watchesAlone ? null : watchers[0]!);
    await overtakeAtCase(writer, gate, cast);
    for (const watcher of comeBack) watcher.cut();
    await writer.saveNext(admin, first);
    await writer.bulk(admin, first);
    await writer.saveNext(admin, second);
    const { version } = await writer.saveNext(admin, first);
    // A log that is cut off, and a restore that takes versions away, must meet nobody who is still being sent them.
    await haveVersion(
      watchers.filter((watcher) => !comeBack.includes(watcher)),
      first,
      version!,
    );
    await plant.whileAway?.(world.db, first.orgId);
    for (const watcher of comeBack) await watcher.connect();
    if (everyVersion && !plant.whileAway) await haveVersion([everyVersion], first, version!);
    await loseAnswers(writer, cast, (sent, between) => (plant.sendTwice ?? sendTwice)(sent, between, world.db));
    await writer.restore(admin, first, 1);
    await writer.save(cast.foreigner, { ...first, orgId: cast.foreign.orgId }, await writer.see(first), { key: null });
    await bringToRest(writer, cast, watchers);
    return judgeHistory(recording.events, await (plant.readFinal ?? readFinal)(world.db));
  } finally {
    for (const watcher of watchers) watcher.cut();
  }
}

type Cast = Awaited<ReturnType<typeof prepareCast>>;

async function prepareCast(world: World) {
  const [ours, theirs] = [await world.org(), await world.org()];
  const [admin, assessor] = [await ours.member('admin'), await ours.member('assessor')];
  const foreigner = await theirs.member('admin');
  const open = async (client: TestClient, orgId: string, plate: string): Promise<WatchedCase> => ({
    orgId,
    caseId: (await openCase(client, { plate })).databaseId,
  });
  return {
    admin,
    assessor,
    foreigner,
    first: await open(admin, ours.id, '7000001'),
    second: await open(admin, ours.id, '7000002'),
    /** The only case the assessor may see. */
    own: await open(assessor, ours.id, '7000003'),
    foreign: await open(foreigner, theirs.id, '7000004'),
  };
}

function prepareWatchers({ db }: World, plant: Plant, recording: Recording, cast: Cast) {
  const { admin, assessor, foreigner, first, own, foreign } = cast;
  const feed: Watch = { orgId: first.orgId, caseId: null, watches: 'feed', policy: 'ALL', mayOnlySee: null };
  const versions: Watch = { ...feed, caseId: first.caseId, watches: 'versions' };
  const theirFeed: Watch = { ...feed, orgId: foreign.orgId };
  const socket = (client: TestClient, watch: Watch, habits?: Habits) =>
    new SocketWatcher(client, recording, watch, habits);
  const main = plant.watchFeed?.(recording, feed, { client: admin, db }) ?? socket(admin, feed, plant.habits);
  if (plant.watchesAlone) return { all: [main], comeBack: [main], everyVersion: null };
  const everyVersion = socket(admin, versions, plant.habits);
  const others = [
    socket(admin, { ...versions, policy: 'LATEST' }),
    socket(admin, { ...feed, caseId: first.caseId }),
    socket(assessor, { ...feed, mayOnlySee: [own.caseId] }),
    socket(foreigner, theirFeed),
    socket(foreigner, { ...theirFeed, caseId: first.caseId, mayOnlySee: [foreign.caseId] }),
  ];
  return { all: [main, everyVersion, ...others], comeBack: [main, everyVersion], everyVersion };
}

/** Two save from one version. */
async function race(writer: Writer, { admin, first }: Cast): Promise<void> {
  const seen = await writer.see(first);
  await Promise.all([writer.save(admin, first, seen), writer.save(admin, first, seen)]);
}

/** One is staged before another, and commits after it, when the other has been delivered. */
async function overtakeAtCommit(writer: Writer, gate: Gate, cast: Cast, watcher: Watcher | null): Promise<void> {
  const { admin, first, second } = cast;
  await gate.whileWaiting(
    () => writer.saveNext(admin, first, { waits: true }),
    async () => {
      const { version } = await writer.saveNext(admin, second);
      await watcher?.hasVersion(second.caseId, version!);
    },
  );
}

/** One begins to write before another, and comes to the case after it. It says what it will have seen by then. */
async function overtakeAtCase(writer: Writer, gate: Gate, { admin, second }: Cast): Promise<void> {
  const seen = await writer.see(second);
  const ahead = { version: seen.version + 1, log: [...seen.log, { id: writer.recording.nextToken(1) }] };
  await gate.whileWaiting(
    () => writer.save(admin, second, ahead, { key: writer.nextKey('waits') }),
    async () => void (await writer.save(admin, second, seen)),
  );
}

type SentTwice = (sent: SaveRequest, between: () => Promise<unknown>) => Promise<Told>;

/** An answer is lost, and somebody saves before it is asked for again: of who says what he expects, and of who overwrites. */
async function loseAnswers(writer: Writer, { admin, second }: Cast, how: SentTwice): Promise<void> {
  const between = () => writer.saveNext(admin, second);
  for (const overwrites of [false, true])
    await writer.save(admin, second, await writer.see(second), { overwrites }, (sent) => how(sent, between));
}

/** A last save of each case: who has it has been sent all that he will be sent. */
async function bringToRest(writer: Writer, cast: Cast, watchers: readonly Watcher[]): Promise<void> {
  const last = [
    [cast.assessor, cast.own],
    [cast.admin, cast.second],
    [cast.admin, cast.first],
    [cast.foreigner, cast.foreign],
  ] as const;
  for (const [client, target] of last) {
    const { version } = await writer.saveNext(client, target);
    await haveVersion(watchers, target, version!);
  }
}

async function haveVersion(watchers: readonly Watcher[], target: WatchedCase, version: number): Promise<void> {
  for (const watcher of watchers) if (isFor(watcher.watch, target)) await watcher.hasVersion(target.caseId, version);
}

function isFor({ orgId, caseId, mayOnlySee }: Watch, target: WatchedCase): boolean {
  return (
    orgId === target.orgId &&
    (caseId === null || caseId === target.caseId) &&
    (mayOnlySee === null || mayOnlySee.includes(target.caseId))
  );
}

const sendTwice: NonNullable<Plant['sendTwice']> = async (request, between) => {
  await sendSave(request);
  await between();
  return { ...(await sendSave(request)), attempts: 2 };
};
