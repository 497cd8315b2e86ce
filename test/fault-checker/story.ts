import { type Judgement, judgeHistory } from '../fault/checker/check-history.ts';
import type { FinalState, HistoryEvent } from '../fault/history.ts';

type Mutable<T> = T extends object ? { -readonly [Name in keyof T]: Mutable<T[Name]> } : T;
type Event = Mutable<HistoryEvent>;
type Of<Type extends HistoryEvent['type']> = Mutable<Extract<HistoryEvent, { type: Type }>>;

const OURS = { orgId: 'ours', caseId: 'case' };
const AT = { at: 0 };

export const invoke = (op: number, rest: Partial<Of<'invoke'>> = {}): Event => ({
  type: 'invoke',
  op,
  ...AT,
  ...OURS,
  kind: 'save',
  key: `key ${op}`,
  expectedVersion: null,
  token: null,
  restores: null,
  ...rest,
});
export const acknowledged = (op: number, version: number | null, outcome = 'UPDATED'): Event => ({
  type: 'acknowledged',
  op,
  ...AT,
  outcome,
  version,
  replayed: false,
  attempts: 1,
});
export const refused = (op: number): Event => ({ type: 'refused', op, ...AT, code: 'VERSION_CONFLICT', attempts: 1 });
export const unknown = (op: number): Event => ({ type: 'unknown', op, ...AT, reason: 'timeout', attempts: 9 });
export const opened = (sub: number, rest: Partial<Of<'opened'>> = {}): Event => ({
  type: 'opened',
  sub,
  connection: 1,
  ...AT,
  orgId: 'ours',
  caseId: null,
  watches: 'feed',
  policy: 'ALL',
  after: null,
  ...rest,
});
export const ready = (sub: number, seq: number, version: number | null = null): Event => ({
  type: 'ready',
  sub,
  connection: 1,
  ...AT,
  seq,
  version,
});
export const received = (sub: number, seq: number, rest: Partial<Of<'received'>> = {}): Event => ({
  type: 'received',
  sub,
  connection: 1,
  ...AT,
  seq,
  caseId: 'case',
  entity: 'case_helper',
  kind: 'CREATED',
  version: null,
  hash: null,
  recordedAt: null,
  ...rest,
});
export const resync = (sub: number, seq: number, version: number | null = null): Event => ({
  type: 'resync',
  sub,
  connection: 1,
  ...AT,
  seq,
  reason: 'CURSOR_TOO_OLD',
  version,
});
export const heartbeat = (sub: number, seq: number): Event => ({ type: 'heartbeat', sub, connection: 1, ...AT, seq });

/**
 * A short history in which everything is right: a case is opened (1), saved twice (2, 3), given parts (4) and restored to its
 * first version (5). Subscriber 1 follows the feed, 2 all versions, 3 the latest.
 */
export class Story {
  readonly events: Event[] = [
    opened(1),
    ready(1, 0),
    opened(2, { ...OURS, watches: 'versions', after: 0 }),
    opened(3, { ...OURS, watches: 'versions', policy: 'LATEST', after: 0 }),
    received(1, 1, { entity: 'cases' }),
    invoke(1, { expectedVersion: 0, token: 'a' }),
    acknowledged(1, 1, 'CREATED'),
    received(1, 2, { version: 1 }),
    received(2, 2, { version: 1, hash: 'A' }),
    invoke(2, { expectedVersion: 1, token: 'b' }),
    acknowledged(2, 2),
    received(1, 3, { version: 2 }),
    received(2, 3, { version: 2, hash: 'AB' }),
    invoke(3, { kind: 'bulk' }),
    acknowledged(3, null, 'CREATED'),
    received(1, 4, { entity: 'parts_required' }),
    invoke(4, { kind: 'restore', expectedVersion: 2, restores: 1 }),
    acknowledged(4, 3),
    received(1, 5, { version: 3 }),
    received(2, 5, { version: 3, hash: 'A' }),
    received(3, 5, { version: 3, hash: 'A' }),
  ];
  readonly final: Mutable<FinalState> = {
    epoch: 'epoch',
    orgs: [
      { orgId: 'ours', head: 5, minSeq: 1 },
      { orgId: 'theirs', head: 1, minSeq: 1 },
    ],
    log: [
      { ...OURS, seq: 1, entity: 'cases', kind: 'CREATED', version: null, requestId: null },
      { ...OURS, seq: 2, entity: 'case_helper', kind: 'CREATED', version: 1, requestId: null },
      { ...OURS, seq: 3, entity: 'case_helper', kind: 'CREATED', version: 2, requestId: null },
      { ...OURS, seq: 4, entity: 'parts_required', kind: 'CREATED', version: null, requestId: 'bulk' },
      { ...OURS, seq: 5, entity: 'case_helper', kind: 'CREATED', version: 3, requestId: null },
      { orgId: 'theirs', caseId: 'canary', seq: 1, entity: 'cases', kind: 'CREATED', version: null, requestId: null },
    ],
    versions: [
      { caseId: 'case', version: 1, hash: 'A', restoredFrom: null, tokens: ['a'] },
      { caseId: 'case', version: 2, hash: 'AB', restoredFrom: null, tokens: ['a', 'b'] },
      { caseId: 'case', version: 3, hash: 'A', restoredFrom: 1, tokens: ['a'] },
    ],
    currentVersions: { case: 3 },
    keys: [1, 2, 3, 4].map((op) => ({ orgId: 'ours', key: `key ${op}`, operation: 'save' })),
  };

  add(...events: Event[]): void {
    this.events.push(...events);
  }

  /** How a write ended. */
  end(op: number, end: Event): void {
    this.events[this.events.findIndex((event) => 'op' in event && event.op === op && event.type !== 'invoke')] = end;
  }

  intent(op: number): Of<'invoke'> {
    return this.events.find((event) => event.type === 'invoke' && event.op === op) as Of<'invoke'>;
  }

  delivery(sub: number, seq: number): Of<'received'> {
    return this.events.find(
      (event) => event.type === 'received' && event.sub === sub && event.seq === seq,
    ) as Of<'received'>;
  }

  removeDelivery(sub: number, seq: number): void {
    this.events.splice(this.events.indexOf(this.delivery(sub, seq)), 1);
  }

  /** A version saved after the others, with its entry in the log and delivered to all, and no write that made it. */
  version(tokens: string[], hash = tokens.join('').toUpperCase()): void {
    const seq = ++this.final.orgs[0]!.head;
    const version = ++this.final.currentVersions.case!;
    this.final.log.push({ ...OURS, seq, entity: 'case_helper', kind: 'CREATED', version, requestId: null });
    this.final.versions.push({ caseId: 'case', version, hash, restoredFrom: null, tokens });
    for (const sub of [1, 2, 3]) this.add(received(sub, seq, { version }));
  }

  key(op: number): void {
    this.final.keys.push({ orgId: 'ours', key: `key ${op}`, operation: 'save' });
  }

  judge(): Judgement {
    return judgeHistory(this.events as HistoryEvent[], this.final);
  }
}
