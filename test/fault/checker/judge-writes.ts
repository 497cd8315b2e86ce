import { BulkAccounts, RestoreAccounts } from './accounts.ts';
import { type Effect, type Effects, readEffects } from './effects.ts';
import type { FinalIndex } from './final-index.ts';
import type { Findings } from './findings.ts';
import { describeWrite, fateOf, judgeExpectation, versionOf, type Write, type Writes } from './writes.ts';

/** What every writer was told, against what the database holds. */
export function judgeWrites(writes: Writes, index: FinalIndex, findings: Findings): void {
  const effects = readEffects(writes.all, index, findings);
  const keys = readKeys(index, findings);
  const restores = new RestoreAccounts(effects, index, findings);
  const bulks = new BulkAccounts(index, findings);
  for (const write of writes.all) {
    const isThere =
      write.kind === 'save'
        ? judgeSave(write, effects, index, findings)
        : write.kind === 'restore'
          ? restores.take(write)
          : bulks.take(write);
    if (fateOf(write) === 'written') judgePlace(write, index, findings);
    judgeKey(write, isThere, keys, findings);
  }
  restores.close();
  bulks.close();
}

/** @returns whether its effect is there; null where that can not be told of a single write */
function judgeSave(write: Write, effects: Effects, index: FinalIndex, findings: Findings): boolean | null {
  const fate = fateOf(write);
  const where = describeWrite(write);
  const made = write.token === null ? [] : (effects.ofToken.get(write.token) ?? []);
  if (made.length > 1)
    findings.add(
      'writtenTwice',
      `${where}, versions ${made.map(({ version }) => version).join(', ')}`,
      made.length - 1,
    );
  if (fate === 'refused' && made.length > 0) findings.add('refusedButWritten', `${where}, version ${made[0]!.version}`);
  if (made.some(({ caseId }) => caseId !== write.caseId))
    findings.add('foreignWritten', `${where}, in case ${made[0]!.caseId}`);
  if (fate === 'written' ? !isAt(write, made, index) : fate === 'unchanged' && !isIn(write, made, index))
    findings.add('ackedMissing', `${where}, told version ${versionOf(write)}`);
  judgeExpectation(write, findings);
  return write.token === null ? null : made.length > 0;
}

/** The version it was told is there, and is the one that brought its token. */
function isAt(write: Write, made: readonly Effect[], index: FinalIndex): boolean {
  const version = versionOf(write);
  if (!index.version(write.caseId, version)) return false;
  return write.token === null || made.some((effect) => effect.version === version && effect.caseId === write.caseId);
}

/** What it did not have to write is in the version it was told, or in some version where it was told none. */
function isIn(write: Write, made: readonly Effect[], index: FinalIndex): boolean {
  if (write.token === null) return true;
  const version = versionOf(write);
  if (version === null) return made.length > 0;
  return index.version(write.caseId, version)?.tokens.includes(write.token) ?? false;
}

function judgePlace(write: Write, index: FinalIndex, findings: Findings): void {
  const orgId = index.orgOf(write.caseId);
  if (orgId !== undefined && orgId !== write.orgId)
    findings.add('foreignWritten', `${describeWrite(write)} by organisation ${write.orgId}, the case is of ${orgId}`);
}

type Keys = ReadonlySet<string>;

function readKeys(index: FinalIndex, findings: Findings): Keys {
  const keys = new Set<string>();
  const perOperation = new Set<string>();
  for (const { orgId, key, operation } of index.final.keys) {
    const name = `${orgId} ${key}`;
    if (perOperation.has(`${name} ${operation}`))
      findings.add('keyTwice', `organisation ${orgId}, key ${key} of ${operation}`);
    perOperation.add(`${name} ${operation}`);
    keys.add(name);
  }
  return keys;
}

/** A key is kept if and only if its write is there: they are one transaction. */
function judgeKey(write: Write, isThere: boolean | null, keys: Keys, findings: Findings): void {
  if (write.key === null) return;
  const where = `${describeWrite(write)}, key ${write.key}`;
  const isKept = keys.has(`${write.orgId} ${write.key}`);
  const fate = fateOf(write);
  if ((fate === 'written' || fate === 'unchanged') && !isKept) findings.add('ackedKeyMissing', where);
  if (fate !== 'unknown' || isThere === null) return;
  if (isKept && !isThere) findings.add('keyWithoutWrite', where);
  if (!isKept && isThere) findings.add('writeWithoutKey', where);
}
