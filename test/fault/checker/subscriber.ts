import type { SubscriberEvent } from '../history.ts';
import { judgeContent } from './delivered-content.ts';
import type { FinalIndex } from './final-index.ts';
import type { Findings } from './findings.ts';
import { rank, type Watched, watchedBy } from './watched-log.ts';

type Of<Type extends SubscriberEvent['type']> = Extract<SubscriberEvent, { type: Type }>;
export type Opened = Of<'opened'>;
export type Received = Of<'received'>;

/**
 * One subscription over all its connections. Its marks, positions of the log or versions, only grow for who drops what he
 * has, so everything between the last and a new one was lost to him; within a connection they grow even so.
 */
export class Subscriber {
  readonly counts = { deliveries: 0, duplicatesOnWire: 0, resyncs: 0 };
  /** What it has, or was told to skip to; null until it is told where it starts. */
  #mark: number | null = null;
  /** Ascending marks of this connection, its start first. */
  #ofConnection: number[] = [];
  #watch: Opened | null = null;
  #watched: Watched | null = null;
  #revokedAt: number | null = null;

  constructor(
    readonly sub: number,
    readonly index: FinalIndex,
    readonly findings: Findings,
  ) {}

  take(event: SubscriberEvent): void {
    if (event.type === 'opened') this.#open(event);
    else if (event.type === 'ready') this.#start(event);
    else if (event.type === 'received') this.#receive(event);
    else if (event.type === 'resync') this.#skip(event);
    else if (event.type === 'heartbeat') this.#reach(event.seq);
    else if (event.type === 'revoked') this.#revokedAt = event.at;
  }

  #open(event: Opened): void {
    this.#watch = event;
    this.#watched = watchedBy(event, this.index);
    this.#mark ??= event.after;
    this.#ofConnection = event.after === null ? [] : [event.after];
  }

  #start({ seq, version }: Of<'ready'>): void {
    if (this.#ofConnection.length > 0) return;
    const start = this.#markOf(seq, version);
    this.#mark ??= start;
    this.#ofConnection = [start];
  }

  #skip({ seq, version }: Of<'resync'>): void {
    this.counts.resyncs++;
    this.#mark = this.#markOf(seq, version);
    this.#ofConnection = [this.#mark];
  }

  /** Told to be up to date with a position. */
  #reach(seq: number): void {
    if (this.#mark === null || this.#watched === null) return;
    const mark = this.#watched.atPosition(seq);
    const count = this.#watched.owed(this.#mark, mark);
    if (count > 0) this.findings.add('deliveryMissing', `${this.#after()}, at a heartbeat of ${seq}`, count);
    this.#mark = Math.max(this.#mark, mark);
  }

  #receive(event: Received): void {
    this.counts.deliveries++;
    if (this.#watch) judgeContent(event, this.#watch, this.#revokedAt, this.index, this.findings);
    const mark = this.#markOf(event.seq, event.version);
    const marks = this.#ofConnection;
    if (marks.length > 0 && mark <= marks.at(-1)!) {
      const isKnown = marks[rank(marks, mark) - 1] === mark;
      this.findings.add(
        isKnown ? 'deliveryTwice' : 'deliveryDisordered',
        `${this.#name(event)}, after ${marks.at(-1)}`,
      );
      return;
    }
    marks.push(mark);
    if (this.#mark !== null && mark <= this.#mark) {
      this.counts.duplicatesOnWire++;
      return;
    }
    const count = this.#mark === null ? 0 : (this.#watched?.between(this.#mark, mark) ?? 0);
    if (count > 0) this.findings.add('deliveryMissing', `${this.#after()}, when ${mark} was delivered`, count);
    this.#mark = mark;
  }

  /** To be called when everything is at rest. */
  close(): void {
    if (this.#revokedAt !== null || this.#watched === null) return;
    const { end } = this.#watched;
    if (this.#mark === null) this.findings.add('neverStarted', `subscriber ${this.sub}`);
    else if (this.#mark > end)
      this.findings.add('positionUnlogged', `subscriber ${this.sub} is at ${this.#mark}, the end is ${end}`);
    else {
      const count = this.#watched.owed(this.#mark, end);
      if (count > 0) this.findings.add('deliveryPending', `${this.#after()}, to ${end}`, count);
    }
  }

  #after(): string {
    const { watches, caseId } = this.#watch!;
    return `subscriber ${this.sub} (${watches} of ${caseId === null ? 'the organisation' : `case ${caseId}`}), after ${this.#mark}`;
  }

  #markOf(seq: number, version: number | null): number {
    return this.#watch?.watches === 'versions' ? (version ?? 0) : seq;
  }

  #name({ connection, seq, version }: Received): string {
    return `subscriber ${this.sub}, connection ${connection}, ${seq}${version === null ? '' : ` (version ${version})`}`;
  }
}
