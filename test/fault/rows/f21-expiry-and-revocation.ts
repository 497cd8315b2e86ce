import { signToken } from '../../../src/auth/jwt.ts';
import { FeedSubscriber } from '../load/feed-subscriber.ts';
import { addUser, type Person } from '../office.ts';
import type { Row } from '../row.ts';
import type { RowRun } from '../row-run.ts';
import { JWT_SECRET } from '../system.ts';

const SHORT_LIVED = 15;
const REVOKED = 5;
const FIRST_SUB = 1_000;
const FIRST_REVOKED_SUB = 2_000;
/** A server closes a socket 5 s after its token has ended: 20 s after it was made. */
const LIFETIME_S = 15;
const SOCKET_LIVES_S = 20;
const REFRESH_MS = 2_000;
const FORBIDDEN_CLOSE = 4403;
/** A change that is recorded later than this after a membership has ended reaches nobody who lost it. */
const REVOKED_WITHIN_S = 2;

/** Tokens end all the time and access is taken away, while everything is being told. */
export const F21: Row = {
  id: 'F21',
  title: 'Tokens expire and memberships end',
  about:
    'For 70 seconds 15 sockets have tokens that end after 15 seconds: each is closed with 4403 and goes on with a new token, missing nothing. Five people with two subscriptions each are put out of their organisation: nothing that is recorded 2 seconds later reaches them, and they are told.',
  async inject(run) {
    const passing = await joinShortLived(run);
    const leaving = await joinLeaving(run);
    await run.wait(3);
    const keepFresh = setInterval(() => void passing.forEach((person) => void refresh(person)), REFRESH_MS);
    const seconds = Math.max(2 * SOCKET_LIVES_S + 5, 70 * run.scale);
    try {
      await run.fault('tokens that end', async () => {
        await run.wait(seconds / 3);
        for (const { person, subscribers } of leaving) {
          await run.fault('a membership ends', () =>
            run.system.query('delete from public.user_orgs where user_id = $1', [person.userId]),
          );
          await run.wait(REVOKED_WITHIN_S);
          for (const subscriber of subscribers) subscriber.revoke();
        }
        await run.wait((seconds * 2) / 3 - REVOKED * REVOKED_WITHIN_S);
      });
      await run.wait(3);
    } finally {
      clearInterval(keepFresh);
    }
    judgeCloses(run, Math.floor(seconds / (SOCKET_LIVES_S + 3)));
  },
};

/** @param times how often each socket must have been closed by now */
function judgeCloses(run: RowRun, times: number): void {
  const expired = new Map<number, number>();
  const other = new Set<number | string | null>();
  const told = new Set<number>();
  for (const event of run.history()) {
    if (event.type !== 'closed') continue;
    if (event.sub >= FIRST_REVOKED_SUB) {
      if (event.error !== null) told.add(event.sub);
    } else if (event.sub >= FIRST_SUB) {
      if (event.code === FORBIDDEN_CLOSE) expired.set(event.sub, (expired.get(event.sub) ?? 0) + 1);
      else other.add(event.error ?? event.code);
    }
  }
  const all = [...expired.values()];
  const closes = all.reduce((sum, count) => sum + count, 0);
  run.count(Math.max(0, closes - 1));
  run.require(
    'each socket is closed with 4403 when its token has ended, and with nothing else',
    all.length === SHORT_LIVED && all.every((count) => count >= times) && other.size === 0,
    `${closes} closes with 4403, others: ${[...other].join(', ') || 'none'}`,
  );
  run.require(
    'who is put out is told',
    told.size === 2 * REVOKED,
    `${told.size} of ${2 * REVOKED} subscriptions ended with an error`,
  );
}

interface ShortLived extends Person {
  token: string;
}

async function joinShortLived(run: RowRun): Promise<ShortLived[]> {
  const people: ShortLived[] = [];
  for (let index = 0; index < SHORT_LIVED; index++) {
    const office = run.offices[index % run.offices.length]!;
    const user = await addUser(run.system.query, office.id, 'admin', LIFETIME_S);
    const person: ShortLived = { ...user, role: 'admin', sees: null };
    people.push(person);
    run.load.join(newSubscriber(run, FIRST_SUB + index, office.id, person));
  }
  return people;
}

async function joinLeaving(run: RowRun) {
  const leaving: { person: Person; subscribers: FeedSubscriber[] }[] = [];
  for (let index = 0; index < REVOKED; index++) {
    const office = run.offices[index % run.offices.length]!;
    const user = await addUser(run.system.query, office.id, 'assistant');
    const person: Person = { ...user, role: 'assistant', sees: null };
    const subscribers = [0, 1].map((number) =>
      newSubscriber(run, FIRST_REVOKED_SUB + 2 * index + number, office.id, person),
    );
    for (const subscriber of subscribers) run.load.join(subscriber);
    leaving.push({ person, subscribers });
  }
  return leaving;
}

function newSubscriber(run: RowRun, sub: number, orgId: string, person: Person): FeedSubscriber {
  return new FeedSubscriber(
    {
      sub,
      urls: run.system.urls,
      instance: sub % 2,
      person,
      orgId,
      caseId: null,
      recorder: run.recorder,
      random: run.random.fork(sub),
      slow: false,
    },
    { withHash: false },
  );
}

async function refresh(person: ShortLived): Promise<void> {
  person.token = await signToken(JWT_SECRET, { role: 'authenticated', userId: person.userId }, LIFETIME_S);
}
