import type { FinalState, LoggedChange, StoredVersion } from '../history.ts';
import { put } from './multimap.ts';

/** Positions and versions of the entries that tell of a case's versions, in the order of the log. */
export interface LoggedVersion {
  readonly seq: number;
  readonly version: number;
}

interface OrgLog {
  readonly head: number;
  readonly minSeq: number;
  readonly bySeq: Map<number, LoggedChange>;
}

const NONE: readonly never[] = [];

/** The final state, to be asked. */
export class FinalIndex {
  readonly #logs = new Map<string, OrgLog>();
  readonly #versions = new Map<string, StoredVersion[]>();
  readonly #loggedVersions = new Map<string, LoggedVersion[]>();
  readonly #seqsOfCase = new Map<string, number[]>();
  readonly #orgOfCase = new Map<string, string>();

  constructor(readonly final: FinalState) {
    for (const { orgId, head, minSeq } of final.orgs) this.#logs.set(orgId, { head, minSeq, bySeq: new Map() });
    for (const version of final.versions) put(this.#versions, version.caseId, version);
    for (const versions of this.#versions.values()) versions.sort((a, b) => a.version - b.version);
    for (const entry of final.log) this.#add(entry);
    for (const seqs of this.#seqsOfCase.values()) seqs.sort((a, b) => a - b);
    for (const logged of this.#loggedVersions.values()) logged.sort((a, b) => a.seq - b.seq);
  }

  #add(entry: LoggedChange): void {
    const { orgId, seq, caseId, version } = entry;
    this.#logs.get(orgId)?.bySeq.set(seq, entry);
    if (caseId === null) return;
    put(this.#seqsOfCase, caseId, seq);
    if (isVersion(entry)) put(this.#loggedVersions, caseId, { seq, version: version! });
    if (!this.#orgOfCase.has(caseId)) this.#orgOfCase.set(caseId, orgId);
  }

  /** Null where the organisation has no head. */
  log(orgId: string): OrgLog | null {
    return this.#logs.get(orgId) ?? null;
  }

  head(orgId: string): number {
    return this.#logs.get(orgId)?.head ?? 0;
  }

  entryAt(orgId: string, seq: number): LoggedChange | undefined {
    return this.#logs.get(orgId)?.bySeq.get(seq);
  }

  /** The organisation in whose log a case is; undefined for a case that is in none. */
  orgOf(caseId: string): string | undefined {
    return this.#orgOfCase.get(caseId);
  }

  get cases(): Iterable<string> {
    return new Set([
      ...this.#versions.keys(),
      ...this.#loggedVersions.keys(),
      ...Object.keys(this.final.currentVersions),
    ]);
  }

  /** In the order of their numbers. */
  versionsOf(caseId: string): readonly StoredVersion[] {
    return this.#versions.get(caseId) ?? NONE;
  }

  /** Where versions have every number once, this is a look-up. */
  version(caseId: string, version: number | null): StoredVersion | undefined {
    if (version === null) return undefined;
    const versions = this.versionsOf(caseId);
    const guess = versions[version - 1];
    return guess?.version === version ? guess : versions.find((stored) => stored.version === version);
  }

  currentVersion(caseId: string): number {
    return this.final.currentVersions[caseId] ?? 0;
  }

  loggedVersionsOf(caseId: string): readonly LoggedVersion[] {
    return this.#loggedVersions.get(caseId) ?? NONE;
  }

  /** Positions of the entries about a case, ascending. */
  seqsOf(caseId: string): readonly number[] {
    return this.#seqsOfCase.get(caseId) ?? NONE;
  }
}

/** Whether an entry tells of a new version of a helper. */
function isVersion(entry: LoggedChange): boolean {
  return entry.entity === 'case_helper' && entry.kind === 'CREATED' && entry.version !== null;
}
