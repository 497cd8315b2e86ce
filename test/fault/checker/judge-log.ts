import type { LoggedChange } from '../history.ts';
import type { FinalIndex } from './final-index.ts';
import type { Findings } from './findings.ts';
import { put } from './multimap.ts';

/** The log by itself, and against the versions: dense per organisation, ordered per case, one entry for each effect. */
export function judgeLog(index: FinalIndex, findings: Findings): void {
  judgeDensity(index, findings);
  for (const caseId of index.cases) judgeVersionsLogged(caseId, index, findings);
}

function judgeDensity(index: FinalIndex, findings: Findings): void {
  const perOrg = new Map<string, number[]>();
  for (const entry of index.final.log) {
    put(perOrg, entry.orgId, entry.seq);
    judgeOrganisation(entry, index, findings);
  }
  for (const [orgId, seqs] of perOrg)
    if (!index.log(orgId)) findings.add('headUnknown', `organisation ${orgId}`, seqs.length);
  for (const { orgId, head, minSeq } of index.final.orgs) {
    let next = minSeq;
    for (const seq of (perOrg.get(orgId) ?? []).sort((a, b) => a - b)) {
      if (seq !== next)
        findings.add('logNotDense', `organisation ${orgId}, ${seq} where ${next} is due`, Math.max(1, seq - next));
      next = seq + 1;
    }
    if (next !== head + 1)
      findings.add(
        'logNotDense',
        `organisation ${orgId} ends at ${next - 1}, its head is ${head}`,
        Math.abs(head + 1 - next),
      );
  }
}

function judgeOrganisation({ orgId, seq, caseId }: LoggedChange, index: FinalIndex, findings: Findings): void {
  if (caseId !== null && index.orgOf(caseId) !== orgId)
    findings.add('foreignLogged', `case ${caseId} in ${index.orgOf(caseId)} and, at ${seq}, in ${orgId}`);
}

function judgeVersionsLogged(caseId: string, index: FinalIndex, findings: Findings): void {
  const logged = index.loggedVersionsOf(caseId);
  for (const [position, { seq, version }] of logged.entries()) {
    const before = logged[position - 1];
    if (before && version !== before.version + 1)
      findings.add('logDisordered', `case ${caseId}, version ${version} at ${seq} after version ${before.version}`);
    if (!index.version(caseId, version))
      findings.add('entryWithoutVersion', `case ${caseId}, version ${version} at ${seq}`);
  }
  const told = new Set(logged.map(({ version }) => version));
  const orgId = index.orgOf(caseId);
  const isTrimmed = orgId === undefined ? index.final.orgs.some(hasBeenTrimmed) : (index.log(orgId)?.minSeq ?? 1) > 1;
  const oldest = logged[0]?.version ?? Number.POSITIVE_INFINITY;
  // What is older than the oldest entry kept may have gone with the log.
  for (const { version } of index.versionsOf(caseId))
    if (!told.has(version) && !(isTrimmed && version < oldest))
      findings.add('versionUnlogged', `case ${caseId}, version ${version}`);
}

function hasBeenTrimmed({ minSeq }: { readonly minSeq: number }): boolean {
  return minSeq > 1;
}
