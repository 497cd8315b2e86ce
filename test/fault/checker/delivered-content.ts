import type { FinalIndex } from './final-index.ts';
import type { Findings } from './findings.ts';
import type { Opened, Received } from './subscriber.ts';

/** What a delivery said, against what is recorded and who was to hear it. */
export function judgeContent(
  event: Received,
  watch: Opened,
  revokedAt: number | null,
  index: FinalIndex,
  findings: Findings,
): void {
  const { seq, caseId, version, hash } = event;
  const where = `subscriber ${event.sub}, connection ${event.connection}, case ${caseId} at ${seq}`;
  const orgId = caseId === null ? watch.orgId : index.orgOf(caseId);
  if (orgId !== undefined && orgId !== watch.orgId) findings.add('foreignDelivered', where);
  else if (caseId !== null && watch.mayOnlySee && !watch.mayOnlySee.includes(caseId))
    findings.add('unseenDelivered', where);
  else if (differs(event, watch, index))
    findings.add('entryDiffers', `${where} as ${event.kind} ${event.entity} ${version ?? ''}`);
  if (revokedAt !== null && event.recordedAt !== null && event.recordedAt > revokedAt)
    findings.add('afterRevocation', `${where}, ${event.recordedAt - revokedAt} ms after`);
  if (caseId === null || version === null) return;
  const stored = index.version(caseId, version);
  if (stored ? hash !== null && hash !== stored.hash : watch.watches === 'versions')
    findings.add('contentDiffers', `${where}, version ${version}${stored ? '' : ', which is not there'}`);
}

function differs(event: Received, watch: Opened, index: FinalIndex): boolean {
  if (watch.caseId !== null && event.caseId !== watch.caseId) return true;
  const log = index.log(watch.orgId);
  // What retention has taken since can not be compared; a version then has the nearest position that was kept.
  if (!log || event.seq < log.minSeq) return false;
  const entry = log.bySeq.get(event.seq);
  if (!entry) return true;
  const isSame = entry.caseId === event.caseId && entry.version === event.version;
  return watch.watches === 'versions' ? !isSame : !isSame || entry.entity !== event.entity || entry.kind !== event.kind;
}
