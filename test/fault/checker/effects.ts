import type { StoredVersion } from '../history.ts';
import type { FinalIndex } from './final-index.ts';
import type { Findings } from './findings.ts';
import { put } from './multimap.ts';
import type { Write } from './writes.ts';

/** A version that brought something new into its case. */
export interface Effect {
  readonly caseId: string;
  readonly version: number;
}

/** What the writes came to, read off the versions: each save by its token, which is unique in the run. */
export interface Effects {
  /** Versions that a token first appeared in; more than one when it went and came again. */
  readonly ofToken: ReadonlyMap<string, readonly Effect[]>;
  /** Versions that brought back an older one, per case. */
  readonly restores: ReadonlyMap<string, readonly StoredVersion[]>;
}

/**
 * Walks the versions of every case and judges each against the one before it: nothing of it lost, moved or doubled, and
 * what is new is the work of one write. Versions without a token before the first that has one are the preparation's.
 */
export function readEffects(writes: Iterable<Write>, index: FinalIndex, findings: Findings): Effects {
  const overwriting = new Set<string>();
  for (const { token, expectedVersion } of writes)
    if (token !== null && expectedVersion === null) overwriting.add(token);
  const ofToken = new Map<string, Effect[]>();
  const restores = new Map<string, StoredVersion[]>();
  for (const caseId of index.cases) {
    const versions = index.versionsOf(caseId);
    judgeNumbers(caseId, versions, index, findings);
    let before: readonly string[] = [];
    let isPrepared = false;
    for (const stored of versions) {
      const { version, tokens, restoredFrom } = stored;
      const where = `case ${caseId}, version ${version}`;
      if (restoredFrom !== null) {
        judgeRestore(stored, index, findings);
        put(restores, caseId, stored);
      } else {
        const { added, dropped, isMoved } = compare(before, tokens);
        for (const token of added) put(ofToken, token, { caseId, version });
        if (added.length === 0 && isPrepared) findings.add('nobodysVersion', where);
        // Who saves without an expected version says that he overwrites.
        if (dropped > 0 && !added.some((token) => overwriting.has(token))) findings.add('tokenDropped', where, dropped);
        if (isMoved) findings.add('tokenMoved', where);
        isPrepared ||= added.length > 0;
      }
      if (new Set(tokens).size !== tokens.length)
        findings.add('tokenTwice', where, tokens.length - new Set(tokens).size);
      before = tokens;
    }
  }
  return { ofToken, restores };
}

function judgeNumbers(caseId: string, versions: readonly StoredVersion[], index: FinalIndex, findings: Findings): void {
  for (const [position, { version }] of versions.entries()) {
    if (version === position + 1) continue;
    findings.add('versionsNotDense', `case ${caseId}, version ${version} where ${position + 1} is due`);
    return;
  }
  const current = index.currentVersion(caseId);
  if (current !== versions.length)
    findings.add('versionsNotDense', `case ${caseId}, current is ${current}, its newest is ${versions.length}`);
}

function judgeRestore(
  { caseId, version, hash, restoredFrom }: StoredVersion,
  index: FinalIndex,
  findings: Findings,
): void {
  if (restoredFrom! >= version || index.version(caseId, restoredFrom!)?.hash !== hash)
    findings.add('restoreDiffers', `case ${caseId}, version ${version}, restored from ${restoredFrom}`);
}

/** What became of a list. A token in it twice counts once; that is found elsewhere. */
function compare(
  before: readonly string[],
  after: readonly string[],
): { added: readonly string[]; dropped: number; isMoved: boolean } {
  if (before.every((token, position) => token === after[position]))
    return { added: [...new Set(after.slice(before.length))], dropped: 0, isMoved: false };
  const [had, has] = [new Set(before), new Set(after)];
  const kept = [...has].filter((token) => had.has(token));
  return {
    added: [...has].filter((token) => !had.has(token)),
    dropped: had.size - kept.length,
    isMoved: [...had].filter((token) => has.has(token)).some((token, position) => token !== kept[position]),
  };
}
