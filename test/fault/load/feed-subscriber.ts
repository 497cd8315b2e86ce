import type { HistoryEvent } from '../history.ts';
import { type ServerEvent, Subscriber, type SubscriberParts } from './subscriber.ts';
import { feedDocument } from './subscription-documents.ts';

/** The number inside a cursor. */
export function seqOf(cursor: string): number {
  return Number(Buffer.from(cursor, 'base64url').toString().split('|')[3]);
}

/** Watches an organisation's feed, or a case's, from now on. */
export class FeedSubscriber extends Subscriber {
  readonly watches = 'feed';
  protected readonly query: string;
  protected readonly variables: { after: string | null; caseId: string | null };
  /** The position it has come to; null before the first FeedReady. */
  seq: number | null = null;

  constructor(parts: SubscriberParts, options: { withHash: boolean }) {
    super(parts);
    this.query = feedDocument(options.withHash);
    this.variables = { after: null, caseId: parts.caseId };
  }

  get mark(): number | null {
    return this.seq;
  }

  protected opened(): HistoryEvent {
    const { orgId, caseId, person } = this.parts;
    const { after } = this.variables;
    return {
      type: 'opened',
      ...this.place,
      orgId,
      caseId,
      watches: 'feed',
      policy: 'ALL',
      after: after === null ? null : seqOf(after),
      mayOnlySee: person.sees,
    };
  }

  protected receive(event: ServerEvent): void {
    const seq = seqOf(event.cursor);
    const place = { ...this.place, seq };
    if (event.__typename === 'FeedReady') this.record({ type: 'ready', ...place, version: event.currentVersion });
    else if (event.__typename === 'FeedHeartbeat') this.record({ type: 'heartbeat', ...place });
    else if (event.__typename === 'FeedResyncRequired')
      this.record({ type: 'resync', ...place, reason: event.reason, version: event.currentVersion });
    else {
      const recordedAt = Date.parse(event.at);
      // Replayed ones are as late as the outage before was long; what counts is when it could have come.
      if (!this.parts.slow) this.parts.recorder.lagMs.add(place.at, place.at - recordedAt);
      this.record({
        type: 'received',
        ...place,
        caseId: event.caseId ? uuidOf(event.caseId) : null,
        entity: event.entity,
        kind: event.kind,
        version: event.version,
        hash: event.node?.contentHash ?? null,
        recordedAt,
      });
    }
    this.variables.after = event.cursor;
    this.seq = seq;
  }
}

/** The UUID inside a global id. */
export function uuidOf(globalId: string): string {
  return Buffer.from(globalId, 'base64url').toString().split(':')[1]!;
}
