import type { Office } from '../office.ts';
import type { Random } from '../random.ts';
import type { Recorder } from '../recorder.ts';
import type { FaultSystem } from '../system.ts';
import { FeedSubscriber } from './feed-subscriber.ts';
import type { LoadShape } from './load-shape.ts';
import { PackagedCaseWatcher, PackagedFeedWatcher } from './packaged-watchers.ts';
import { VersionSubscriber } from './version-subscriber.ts';
import type { Watcher } from './watcher.ts';

/** Of ten fast feeds: who watches. Assessors are to get the changes of their own cases, all of them and no others. */
const WATCHERS_OF_TEN = [
  'admin',
  'admin',
  'admin',
  'admin',
  'admin',
  'admin',
  'admin',
  'assistant',
  'assistant',
  'assessor',
];
const HASHED_EVERY = 10;
/** Every so many feeds are of one case instead of the whole organisation, as a page of one case is. */
const CASE_FEED_EVERY = 3;

/** Everybody who watches, spread over offices, people and instances. */
export function createSubscribers(parts: {
  readonly system: FaultSystem;
  readonly recorder: Recorder;
  readonly random: Random;
  readonly offices: readonly Office[];
  readonly shape: LoadShape;
}): Watcher[] {
  const { system, recorder, random, offices, shape } = parts;
  const made: Watcher[] = [];
  const common = (office: Office) => ({
    sub: made.length,
    urls: system.urls,
    instance: made.length % 2,
    orgId: office.id,
    recorder,
    random: random.fork(30_000 + made.length),
  });
  const officeOf = (index: number) => offices[index % offices.length]!;

  for (let index = 0; index < shape.feeds; index++) {
    const office = officeOf(index);
    const turn = Math.floor(index / offices.length);
    const people = peopleOf(office, WATCHERS_OF_TEN[turn % WATCHERS_OF_TEN.length]!);
    const person = people[turn % people.length]!;
    const seen = person.sees ?? office.caseIds;
    const caseId = turn % CASE_FEED_EVERY === CASE_FEED_EVERY - 1 ? seen[turn % seen.length]! : null;
    const options = { withHash: turn % HASHED_EVERY === HASHED_EVERY - 1 };
    made.push(new FeedSubscriber({ ...common(office), person, caseId, slow: false }, options));
  }
  for (let index = 0; index < shape.watchers; index++) {
    const office = officeOf(index);
    const turn = Math.floor(index / offices.length);
    const caseId = office.caseIds[turn % office.caseIds.length]!;
    const person = office.admins[turn % office.admins.length]!;
    const selection = turn % 2 === 0 ? 'patch' : 'hash';
    const policy = turn % 3 === 2 ? 'LATEST' : 'ALL';
    made.push(new VersionSubscriber({ ...common(office), person, caseId, slow: false }, { selection, policy }));
  }
  for (let index = 0; index < shape.slow; index++) {
    const office = officeOf(index);
    const turn = Math.floor(index / offices.length);
    const person = office.admins[turn % office.admins.length]!;
    const parts = { ...common(office), person, slow: true };
    const caseId = office.caseIds[turn % shape.largeCasesEach]!;
    made.push(
      turn % 2 === 0
        ? new FeedSubscriber({ ...parts, caseId: null }, { withHash: false })
        : new VersionSubscriber(
            { ...parts, caseId },
            { selection: 'document', policy: turn % 4 === 1 ? 'ALL' : 'LATEST' },
          ),
    );
  }
  for (let index = 0; index < shape.packaged; index++) {
    const office = officeOf(index);
    const turn = Math.floor(index / offices.length);
    const parts = { ...common(office), person: office.admins[turn % office.admins.length]!, slow: false };
    const caseId = office.caseIds[turn % office.caseIds.length]!;
    made.push(
      turn % 2 === 0
        ? new PackagedFeedWatcher({ ...parts, caseId: null })
        : new PackagedCaseWatcher({ ...parts, caseId }),
    );
  }
  return made;
}

function peopleOf(office: Office, role: string) {
  if (role === 'admin') return office.admins;
  return role === 'assistant' ? office.assistants : office.assessors;
}
