import { vi } from 'vitest';
import type { SubscriberEvent } from '../fault/history.ts';
import type { Recording } from './recording.ts';

type Received = Extract<SubscriberEvent, { type: 'received' }>;
export type Told = Pick<Received, 'seq' | 'caseId' | 'entity' | 'kind' | 'version' | 'hash'>;

export interface Watch {
  readonly orgId: string;
  readonly caseId: string | null;
  readonly watches: 'feed' | 'versions';
  readonly policy: 'ALL' | 'LATEST';
  readonly mayOnlySee: readonly string[] | null;
}

/** A subscriber whose every event is kept; how it hears of them is its subclasses' business. */
export abstract class Watcher {
  readonly #sub: number;
  #connection = 0;
  /** Position or version of the last event, to resume after. */
  protected mark: number | null = null;
  #ended = '';
  readonly #versions = new Set<string>();
  #newest = 0;

  constructor(
    readonly recording: Recording,
    readonly watch: Watch,
  ) {
    this.#sub = recording.nextSubscriber();
  }

  /** Connects, the first time or again, and resolves when it is told where it starts, or that it may not. */
  abstract connect(): Promise<void>;
  abstract cut(): void;

  /** Resolves when this version of a case has come. */
  async hasVersion(caseId: string, version: number): Promise<void> {
    await vi.waitFor(
      () => {
        if (!this.has(caseId, version)) throw new Error(`version ${version} of ${caseId} did not come${this.#ended}`);
      },
      { timeout: 8_000, interval: 5 },
    );
  }

  protected has(caseId: string, version: number): boolean {
    // Of the latest there is, a later one stands for those before it, which may be skipped.
    if (this.watch.policy === 'LATEST' && this.#newest >= version) return true;
    return this.#versions.has(`${caseId} ${version}`);
  }

  protected open(after: number | null): void {
    const { orgId, caseId, watches, policy, mayOnlySee } = this.watch;
    this.#connection++;
    this.#add({ type: 'opened', orgId, caseId, watches, policy, after, mayOnlySee });
  }

  protected start(seq: number, version: number | null): void {
    this.mark ??= this.watch.watches === 'feed' ? seq : version;
    this.#add({ type: 'ready', seq, version });
  }

  protected receive(told: Told): void {
    this.mark = this.watch.watches === 'feed' ? told.seq : told.version;
    if (told.entity === 'case_helper') {
      this.#versions.add(`${told.caseId} ${told.version}`);
      this.#newest = Math.max(this.#newest, told.version ?? 0);
    }
    this.#add({ type: 'received', ...told, recordedAt: null });
  }

  protected resync(seq: number, version: number | null, reason: string): void {
    this.mark = this.watch.watches === 'feed' ? seq : version;
    this.#add({ type: 'resync', seq, version, reason });
  }

  protected refused(error: string): void {
    this.#ended = `; the subscription had ended with ${error}`;
    this.#add({ type: 'closed', code: null, error });
  }

  // biome-ignore lint/suspicious/noExplicitAny: the parts that all events share are added here
  #add(event: any): void {
    this.recording.add({ ...event, sub: this.#sub, connection: this.#connection, at: Date.now() } as SubscriberEvent);
  }
}
