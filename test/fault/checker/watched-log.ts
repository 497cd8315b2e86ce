import type { FinalIndex } from './final-index.ts';

/** What a subscriber is to get, as marks that only grow: positions of the log, or versions of a case. */
export interface Watched {
  /** How many are lost to who has `after` and gets `mark` next. */
  between(after: number, mark: number): number;
  /** How many are owed to who has `after` when everything up to `until` should be with him. */
  owed(after: number, until: number): number;
  /** The mark that a position of the log stands for: everything up to it has been told. */
  atPosition(seq: number): number;
  /** The last mark there is when everything is at rest. */
  readonly end: number;
}

export interface Watch {
  readonly orgId: string;
  readonly caseId: string | null;
  readonly watches: 'feed' | 'versions';
  readonly policy: 'ALL' | 'LATEST';
  readonly mayOnlySee?: readonly string[] | null;
}

/** Null where there is nothing the subscriber is to get. */
export function watchedBy(watch: Watch, index: FinalIndex): Watched | null {
  const { orgId, caseId, mayOnlySee = null } = watch;
  if (caseId !== null && mayOnlySee !== null && !mayOnlySee.includes(caseId)) return null;
  if (watch.watches === 'versions') return watchedVersions(caseId!, watch.policy, index);
  const cases = caseId !== null ? [caseId] : mayOnlySee;
  return cases === null ? wholeLog(index.head(orgId)) : chosenEntries(cases, index.head(orgId), index);
}

/** Dense, so nothing needs looking up: also right where the log has been trimmed since. */
function wholeLog(head: number): Watched {
  const owed = (after: number, until: number) => Math.max(0, until - after);
  return { owed, between: (after, mark) => owed(after, mark - 1), atPosition: (seq) => seq, end: head };
}

/** As far as the log is kept: what retention has taken away is not counted. */
function chosenEntries(cases: readonly string[], head: number, index: FinalIndex): Watched | null {
  const seqs = cases.flatMap((caseId) => index.seqsOf(caseId)).sort((a, b) => a - b);
  if (seqs.length === 0) return null;
  const owed = (after: number, until: number) => Math.max(0, rank(seqs, until) - rank(seqs, after));
  return { owed, between: (after, mark) => owed(after, mark - 1), atPosition: (seq) => seq, end: head };
}

function watchedVersions(caseId: string, policy: 'ALL' | 'LATEST', index: FinalIndex): Watched {
  const logged = index.loggedVersionsOf(caseId);
  const seqs = logged.map(({ seq }) => seq);
  const owed = (after: number, until: number) => Math.max(0, until - after);
  return {
    // Who wants the latest alone misses nothing in between, only the latest itself.
    owed: policy === 'ALL' ? owed : (after, until) => Math.min(1, owed(after, until)),
    between: policy === 'ALL' ? (after, mark) => owed(after, mark - 1) : () => 0,
    atPosition: (seq) => logged[rank(seqs, seq) - 1]?.version ?? 0,
    end: index.currentVersion(caseId),
  };
}

/** How many of the ascending numbers are at most `limit`. */
export function rank(ascending: readonly number[], limit: number): number {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (ascending[middle]! <= limit) from = middle + 1;
    else to = middle;
  }
  return from;
}
