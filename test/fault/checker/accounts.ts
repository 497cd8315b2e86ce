import type { Effects } from './effects.ts';
import type { FinalIndex } from './final-index.ts';
import type { Findings } from './findings.ts';
import { valueAt } from './multimap.ts';
import { describeWrite, fateOf, judgeExpectation, versionOf, type Write } from './writes.ts';

/** Restores have no token: each acknowledged one takes its version, and what is left over must be explained by unknown ones. */
export class RestoreAccounts {
  readonly #taken = new Map<string, number>();
  readonly #unknown = new Map<string, number>();

  constructor(
    readonly effects: Effects,
    readonly index: FinalIndex,
    readonly findings: Findings,
  ) {}

  take(write: Write): null {
    const fate = fateOf(write);
    const { caseId, restores } = write;
    if (fate === 'unknown') this.#unknown.set(caseId, this.#unknownOf(caseId) + 1);
    if (fate !== 'written' && fate !== 'unchanged') return null;
    const version = versionOf(write);
    // Nothing was written, and which version was current then is not said.
    if (fate === 'unchanged' && version === null) return null;
    const stored = this.index.version(caseId, version);
    const place = `${caseId} ${version}`;
    const isIts =
      fate === 'unchanged'
        ? restores === null || stored?.hash === this.index.version(caseId, restores)?.hash
        : stored?.restoredFrom != null &&
          (restores === null || stored.restoredFrom === restores) &&
          !this.#taken.has(place);
    if (!stored || !isIts) this.findings.add('ackedMissing', `${describeWrite(write)}, told version ${version}`);
    else if (fate === 'written') this.#taken.set(place, write.op);
    judgeExpectation(write, this.findings);
    return null;
  }

  #unknownOf(caseId: string): number {
    return this.#unknown.get(caseId) ?? 0;
  }

  close(): void {
    for (const [caseId, versions] of this.effects.restores) {
      const left = versions.filter(({ version }) => !this.#taken.has(`${caseId} ${version}`));
      const excess = left.length - this.#unknownOf(caseId);
      if (excess > 0)
        this.findings.add(
          'nobodysVersion',
          `case ${caseId}, restored as ${left.map(({ version }) => version).join(', ')}`,
          excess,
        );
    }
  }
}

/** Entities that change with the case itself, and not by a bulk write of its rows. */
const NOT_BULK = new Set(['cases', 'case_helper', 'case_collaborators']);

/** A bulk write is told by the entries of one request; a case has as many of them as writes that changed something. */
export class BulkAccounts {
  readonly #written = new Map<string, { acked: number; unknown: number; some: Write }>();

  constructor(
    readonly index: FinalIndex,
    readonly findings: Findings,
  ) {}

  take(write: Write): null {
    const account = valueAt(this.#written, write.caseId, () => ({ acked: 0, unknown: 0, some: write }));
    const fate = fateOf(write);
    if (fate === 'written') account.acked++;
    if (fate === 'unknown') account.unknown++;
    return null;
  }

  close(): void {
    const requests = new Map<string, Set<string>>();
    for (const { caseId, entity, requestId, orgId, seq } of this.index.final.log) {
      if (caseId === null || NOT_BULK.has(entity)) continue;
      valueAt(requests, caseId, () => new Set<string>()).add(requestId ?? `${orgId} ${seq}`);
    }
    for (const [caseId, { acked, unknown, some }] of this.#written) {
      const logged = requests.get(caseId)?.size ?? 0;
      const where = `case ${caseId}, ${acked} acknowledged and ${unknown} unknown, ${logged} in the log`;
      const isTrimmed = (this.index.log(some.orgId)?.minSeq ?? 1) > 1;
      if (logged < acked && !isTrimmed) this.findings.add('bulkUnlogged', where, acked - logged);
      if (logged > acked + unknown) this.findings.add('writtenTwice', where, logged - acked - unknown);
    }
  }
}
