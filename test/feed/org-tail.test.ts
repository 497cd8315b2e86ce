import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { FeedChange } from '../../src/subscriptions/events.ts';
import { OrgTail } from '../../src/subscriptions/org-tail.ts';

const [EPOCH, ORG, CASE, OTHER] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
const NEVER_MS = 600_000;
const at = (seq: number, epoch = EPOCH) => ({ epoch, orgId: ORG, seq });

const change = (seq: number, caseId: string | null = CASE, more: Partial<FeedChange> = {}): FeedChange => ({
  type: 'FeedChange',
  cursor: `c${seq}`,
  shared: true,
  seq,
  caseId,
  caseVersion: null,
  kind: 'UPDATED',
  entity: 'invoices',
  entityId: null,
  entityIds: [],
  changedColumns: [],
  actor: 'SYSTEM:',
  requestId: null,
  at: new Date(0),
  ...more,
});
const changes = (from: number, to: number, caseId?: string) =>
  Array.from({ length: to - from + 1 }, (_, index) => change(from + index, caseId));

function tailAt(seq: number): { tail: OrgTail; forgotten: () => number } {
  let forgotten = 0;
  return { tail: new OrgTail(at(seq), () => forgotten++), forgotten: () => forgotten };
}

test('whoever stands in another history, from before a restore or after it, does not wait for news of it', async () => {
  const { tail } = tailAt(3);
  const before = at(3, randomUUID());
  // Resolves by itself, to the place where he stands.
  expect(await tail.wait(before, null, NEVER_MS, new AbortController().signal)).toEqual(before);
});

describe('what came after a position', () => {
  test('is what was appended behind it, and reaches to the head', () => {
    const { tail } = tailAt(10);
    tail.append(changes(11, 15));
    expect(tail.after(at(12), null, 100)).toEqual({ changes: changes(13, 15), upTo: at(15) });
    expect(tail.after(at(15), null, 100)).toEqual({ changes: [], upTo: at(15) });
  });

  test('comes in pages, each reaching to its last entry', () => {
    const { tail } = tailAt(0);
    tail.append(changes(1, 5));
    expect(tail.after(at(0), null, 2)).toEqual({ changes: changes(1, 2), upTo: at(2) });
    expect(tail.after(at(2), null, 3)).toEqual({ changes: changes(3, 5), upTo: at(5) });
  });

  test('of one case leaves out the others, and reaches past them', () => {
    const { tail } = tailAt(0);
    tail.append([change(1), change(2, OTHER), change(3), change(4, null), change(5, OTHER)]);
    expect(tail.after(at(0), CASE, 100)).toEqual({ changes: [change(1), change(3)], upTo: at(5) });
    expect(tail.after(at(0), CASE, 1)).toEqual({ changes: [change(1)], upTo: at(1) });
  });

  test('for who has read further than the tail is nothing, and stays where he is', () => {
    const { tail } = tailAt(5);
    expect(tail.after(at(7), null, 100)).toEqual({ changes: [], upTo: at(7) });
  });

  test('is not known before what is kept, nor in another epoch', () => {
    const { tail } = tailAt(5);
    tail.append(changes(6, 7));
    expect(tail.after(at(4), null, 100)).toBeNull();
    expect(tail.after(at(6, randomUUID()), null, 100)).toBeNull();
    for (let seq = 8; seq < 3_000; seq += 500) tail.append(changes(seq, seq + 499));
    const head = tail.head.seq;
    expect(tail.after(at(head - 1_000), null, 2_000)!.changes).toHaveLength(1_000);
    expect(tail.after(at(head - 1_001), null, 2_000)).toBeNull();
  });

  test('is the same object for everybody who asks', () => {
    const { tail } = tailAt(0);
    tail.append(changes(1, 1));
    expect(tail.after(at(0), null, 9)!.changes[0]).toBe(tail.after(at(0), CASE, 9)!.changes[0]);
  });
});

describe('waiting', () => {
  const wait = (tail: OrgTail, seq: number, caseId: string | null, signal = new AbortController().signal) =>
    tail.wait(at(seq), caseId, NEVER_MS, signal);

  test('ends for those whom the news concerns, at the position before it; others go on waiting', async () => {
    const { tail } = tailAt(3);
    const [mine, anything, other] = [wait(tail, 3, CASE), wait(tail, 3, null), wait(tail, 3, OTHER)];
    expect(tail.waiting).toBe(3);
    tail.append([change(4, CASE)]);
    expect(await Promise.all([mine, anything])).toEqual([at(3), at(3)]);
    expect(tail.waiting).toBe(1);
    tail.append([change(5, OTHER)]);
    expect(await other).toEqual(at(4));
    expect(tail.waiting).toBe(0);
  });

  test('does not begin where there is news already', async () => {
    const { tail } = tailAt(3);
    tail.append(changes(4, 4));
    expect(await wait(tail, 3, OTHER)).toEqual(at(3));
  });

  test('of who has read further than the tail ends with the first news, without going back', async () => {
    const { tail } = tailAt(3);
    const ahead = wait(tail, 6, null);
    tail.append(changes(4, 7));
    expect(await ahead).toEqual(at(6));
    expect(tail.after(at(6), null, 9)!.changes).toEqual([change(7)]);
  });

  test('ends when its time is over, at the newest position: nothing in between concerned it', async () => {
    const { tail } = tailAt(3);
    const over = tail.wait(at(3), OTHER, 5, new AbortController().signal);
    tail.append(changes(4, 9));
    expect(await over).toEqual(at(9));
  });

  test('ends when aborted, and leaves nothing behind', async () => {
    const { tail } = tailAt(3);
    const abort = new AbortController();
    const ended = wait(tail, 3, CASE, abort.signal);
    abort.abort();
    expect(await ended).toEqual(at(3));
    expect(tail.waiting).toBe(0);
    expect(await wait(tail, 3, CASE, abort.signal)).toEqual(at(3));
  });

  test('in another epoch lasts until the tail has come to it', async () => {
    const { tail } = tailAt(3);
    const restored = randomUUID();
    const waiting = tail.wait(at(1, restored), null, NEVER_MS, new AbortController().signal);
    expect(tail.waiting).toBe(1);
    tail.reset(at(1, restored));
    expect(await waiting).toEqual(at(1, restored));
  });
});

describe('access', () => {
  test.for([
    ['a member', { entity: 'user_orgs', kind: 'UPDATED', changedColumns: ['role'] }, true],
    ['a share', { entity: 'case_collaborators', kind: 'DELETED' }, true],
    ['the reach of an organisation', { entity: 'orgs', kind: 'UPDATED', changedColumns: ['access'] }, true],
    ['another setting of it', { entity: 'orgs', kind: 'UPDATED', changedColumns: ['time_zone'] }, false],
    ['a key that is revoked', { entity: 'api_keys', kind: 'UPDATED', changedColumns: ['revoked_at'] }, true],
    ['a case given to somebody else', { entity: 'cases', kind: 'UPDATED', changedColumns: ['assigned_to'] }, true],
    ['another field of it', { entity: 'cases', kind: 'UPDATED', changedColumns: ['status'] }, false],
    ['a case that is gone', { entity: 'cases', kind: 'DELETED' }, true],
    ['an invoice', { entity: 'invoices', kind: 'DELETED' }, false],
  ] as const)('is asked for again after a change of %s: %s', async ([, entry, expected]) => {
    const { tail, forgotten } = tailAt(0);
    const other = tail.wait(at(0), OTHER, NEVER_MS, new AbortController().signal);
    tail.append([change(1, CASE, entry as Partial<FeedChange>)]);
    expect(forgotten()).toBe(expected ? 1 : 0);
    // Everybody looks again, also where there is no other news for him.
    expect(tail.waiting).toBe(expected ? 0 : 1);
    tail.wakeAll();
    await other;
  });

  test('and everything kept is given up where the log has a hole', () => {
    const { tail, forgotten } = tailAt(3);
    tail.append(changes(4, 5));
    tail.append(changes(9, 9));
    expect(forgotten()).toBe(1);
    expect(tail.head).toEqual(at(9));
    expect(tail.after(at(5), null, 100)).toBeNull();
  });
});
