import type { Random } from '../random.ts';
import { type CaseFile, edited, firstDocument, type LoadDocument } from './case-file.ts';
import { BULK, RESTORE, SAVE } from './write-documents.ts';

/** A write that was decided on: what is sent, and what the history says of it. */
export interface PlannedWrite {
  readonly kind: 'save' | 'restore' | 'bulk';
  readonly file: CaseFile;
  readonly expectedVersion: number | null;
  readonly token: string | null;
  readonly restores: number | null;
  /** The document that a save sends. */
  readonly document: LoadDocument | null;
  readonly query: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What is written how often, in shares of one. */
export interface WriteMix {
  readonly restore: number;
  readonly bulk: number;
  /** Of saves: made from an older version than the newest known. */
  readonly stale: number;
  readonly bulkParts: number;
}

/** Decides what to write to a case whose newest version is known. */
export function planWrite(file: CaseFile, mix: WriteMix, token: string, random: Random): PlannedWrite {
  const draw = random.next();
  const newest = file.versions.at(-1) ?? 0;
  if (draw < mix.bulk) return planBulk(file, mix.bulkParts, random);
  if (draw < mix.bulk + mix.restore && newest > 1) return planRestore(file, 1 + random.below(newest - 1));
  return planSave(file, random.chance(mix.stale), token, random);
}

/** The first save of a case. */
export function planFirstSave(file: CaseFile, token: string, random: Random): PlannedWrite {
  return planSave(file, false, token, random);
}

function planSave(file: CaseFile, stale: boolean, token: string, random: Random): PlannedWrite {
  const known = file.versions;
  const expectedVersion = stale && known.length > 1 ? random.pick(known.slice(0, -1)) : (known.at(-1) ?? 0);
  const base = file.document(expectedVersion) ?? firstDocument(file.bytes, random);
  const document = edited(base, token, random);
  const onConflict = random.chance(0.5) ? 'MERGE_DISJOINT' : 'REJECT';
  return {
    kind: 'save',
    file,
    expectedVersion,
    token,
    restores: null,
    document,
    query: SAVE,
    input: { caseId: file.caseId, helper: document, expectedVersion, onConflict },
  };
}

function planRestore(file: CaseFile, version: number): PlannedWrite {
  const input = { caseId: file.caseId, version };
  return {
    kind: 'restore',
    file,
    expectedVersion: null,
    token: null,
    restores: version,
    document: null,
    query: RESTORE,
    input,
  };
}

function planBulk(file: CaseFile, parts: number, random: Random): PlannedWrite {
  const results = Array.from({ length: parts }, (_, index) => ({
    supplier: `supplier ${index}`,
    results: { price: random.below(100_000), stock: random.below(10) },
  }));
  return {
    kind: 'bulk',
    file,
    expectedVersion: null,
    token: null,
    restores: null,
    document: null,
    query: BULK,
    input: { caseId: file.caseId, results },
  };
}
