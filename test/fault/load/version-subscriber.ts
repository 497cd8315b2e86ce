import { applyPatch } from '../../../src/json/apply-patch.ts';
import { contentHash } from '../../../src/json/content-hash.ts';
import type { PatchOperation } from '../../../src/json/json-patch.ts';
import type { JsonValue } from '../../../src/json/json-value.ts';
import type { HistoryEvent } from '../history.ts';
import { seqOf } from './feed-subscriber.ts';
import { send } from './graphql-call.ts';
import { type ServerEvent, Subscriber, type SubscriberParts } from './subscriber.ts';
import { type VersionSelection, versionsDocument } from './subscription-documents.ts';
import { READ } from './write-documents.ts';

/** Watches the versions of one case, from now on. With 'patch' it rebuilds each version and says the hash of what it has. */
export class VersionSubscriber extends Subscriber {
  readonly watches = 'versions';
  protected readonly query: string;
  protected readonly variables: { caseId: string; afterVersion: number | null; policy: 'ALL' | 'LATEST' };
  /** The version it has come to; null before the first FeedReady. */
  version: number | null = null;
  /** Times it had to fetch a helper because a patch did not do. */
  refetches = 0;
  readonly #selection: VersionSelection;
  #have: { version: number; document: JsonValue } | null = null;
  #fetching = false;

  constructor(
    parts: SubscriberParts & { readonly caseId: string },
    options: { selection: VersionSelection; policy: 'ALL' | 'LATEST' },
  ) {
    super(parts);
    this.#selection = options.selection;
    this.query = versionsDocument(options.selection);
    this.variables = { caseId: parts.caseId, afterVersion: null, policy: options.policy };
  }

  get mark(): number | null {
    return this.version;
  }

  protected opened(): HistoryEvent {
    const { orgId, caseId, person } = this.parts;
    const { afterVersion, policy } = this.variables;
    return {
      type: 'opened',
      ...this.place,
      orgId,
      caseId,
      watches: 'versions',
      policy,
      after: afterVersion,
      mayOnlySee: person.sees,
    };
  }

  protected receive(event: ServerEvent): void {
    const place = { ...this.place, seq: seqOf(event.cursor) };
    if (event.__typename === 'FeedHeartbeat') {
      this.record({ type: 'heartbeat', ...place });
      return;
    }
    if (event.__typename === 'HelperVersionSaved') this.#receiveVersion(event, place);
    else {
      const version = event.currentVersion;
      if (event.__typename === 'FeedReady') this.record({ type: 'ready', ...place, version });
      else {
        this.record({ type: 'resync', ...place, reason: event.reason, version });
        // Its number may come to stand for another content.
        this.#have = null;
      }
      if (event.__typename === 'FeedReady' && this.variables.afterVersion !== null) return;
      this.#moveTo(version);
    }
  }

  #receiveVersion(event: ServerEvent, place: { sub: number; connection: number; at: number; seq: number }): void {
    const hash = this.#selection === 'patch' ? this.#rebuild(event) : hashOf(event);
    const recordedAt = Date.parse(event.helper.savedAt);
    if (!this.parts.slow) this.parts.recorder.lagMs.add(place.at, place.at - recordedAt);
    this.record({
      type: 'received',
      ...place,
      caseId: this.variables.caseId,
      entity: 'case_helper',
      kind: 'CREATED',
      version: event.version,
      hash,
      recordedAt,
    });
    this.#moveTo(event.version);
  }

  #moveTo(version: number): void {
    this.variables.afterVersion = version;
    this.version = version;
    if (this.#selection === 'patch' && (this.#have?.version ?? -1) < version) void this.#fetch();
  }

  /** Hash of the document that the patch makes of the one it has; null where it makes none. */
  #rebuild(event: ServerEvent): string | null {
    const have = this.#have;
    if (have && have.version >= event.version) return null;
    if (!have || have.version !== event.previousVersion || !event.patch) return null;
    try {
      const document = applyPatch(have.document, event.patch as PatchOperation[]);
      this.#have = { version: event.version, document };
      return contentHash(document);
    } catch {
      return 'no document: the patch does not fit';
    }
  }

  async #fetch(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    this.refetches++;
    const body = JSON.stringify({ query: READ, variables: { id: this.variables.caseId } });
    const sent = await send(this.parts.urls[this.connection % 2]!, this.parts.person.token, body);
    this.#fetching = false;
    const helper = sent.kind === 'answered' ? sent.data.case?.helper : null;
    if (helper) this.#have = { version: helper.version, document: helper.helperJson };
  }
}

/** The hash the server says; of one that brings the document, the document's own. */
function hashOf(event: ServerEvent): string {
  return event.helper.helperJson ? contentHash(event.helper.helperJson) : event.helper.contentHash;
}
