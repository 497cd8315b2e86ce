import fc from 'fast-check';
import { applyPatch as applyByLibrary, type Operation } from 'rfc6902';
import { expect, test as plain } from 'vitest';
import { applyPatch } from '../../src/json/apply-patch.ts';
import type { PatchOperation } from '../../src/json/json-patch.ts';
import { formatPointer, parsePointer, resolvePointer } from '../../src/json/json-pointer.ts';
import type { JsonObject, JsonValue } from '../../src/json/json-value.ts';
import { applyMergePatch } from '../../src/json/merge-patch.ts';
import { openCase, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { patch } from '../support/patches.ts';
import { PROPERTY_RUNS } from '../support/property-runs.ts';
import { faithfulHelper, faithfulValue, listPlaces } from './faithful-json.ts';

/** Places that a patch may name: those there are, their neighbours, and some there are not. */
function placesIn(document: JsonValue): fc.Arbitrary<string> {
  const places = listPlaces(document);
  const near = fc.tuple(fc.constantFrom(...places), fc.constantFrom('-', '0', '1', '99', '01', '-1', 'new', ''));
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...places).map(formatPointer) },
    { weight: 2, arbitrary: near.map(([place, name]) => formatPointer([...place, name])) },
    { weight: 1, arbitrary: fc.constantFrom('/nowhere/at/all', '/~01') },
  );
}

/** A document, and a patch that may fit it or not. */
const documentAndPatch = faithfulHelper.chain((document) => {
  const path = placesIn(document);
  const operation = fc.oneof(
    fc.record({ op: fc.constantFrom('add' as const, 'replace' as const, 'test' as const), path, value: faithfulValue }),
    fc.record({ op: fc.constant('remove' as const), path }),
    fc.record({ op: fc.constantFrom('move' as const, 'copy' as const), from: path, path }),
  );
  return fc.tuple(
    fc.constant(document),
    fc.array(operation as fc.Arbitrary<PatchOperation>, { minLength: 1, maxLength: 5 }),
  );
});

/** The document as the reference implementation has it; null where it says that the patch does not fit. */
function byReference(document: JsonValue, operations: readonly PatchOperation[]): JsonValue | null {
  // The reference changes what it is given, and can not replace a root: so the root is a member.
  const holder: JsonObject = structuredClone({ root: document });
  for (const operation of operations)
    for (const step of stepsOf(holder, operation)) {
      const pointers = 'from' in step ? [step.path, step.from] : [step.path];
      if (pointers.some((pointer) => isNowhere(holder, pointer))) return null;
      try {
        if (applyByLibrary(holder, [step]).some((error) => error !== null)) return null;
      } catch {
        // It throws where a parent is no container.
        return null;
      }
    }
  return holder.root ?? null;
}

/** RFC 6902 has a move remove first and add then, where the place to add at may be another by then; the reference does not. */
function stepsOf(holder: JsonObject, operation: PatchOperation): Operation[] {
  const path = `/root${operation.path}`;
  if (!('from' in operation)) return [structuredClone({ ...operation, path })] as Operation[];
  const from = `/root${operation.from}`;
  if (operation.op === 'copy') return [{ op: 'copy', from, path }];
  const value = structuredClone(resolvePointer(holder, parsePointer(from)) ?? null);
  return [
    { op: 'remove', path: from },
    { op: 'add', path, value },
  ];
}

/** Whether RFC 6901 finds nothing where the reference would: characters of a text, members of an array that are no indexes. */
function isNowhere(document: JsonValue, pointer: string): boolean {
  let at: JsonValue | undefined = document;
  for (const token of parsePointer(pointer)) {
    if (typeof at === 'string') return true;
    if (Array.isArray(at) && !(/^(0|[1-9]\d*)$/.test(token) && Number(token) <= at.length)) return true;
    at = (at as JsonObject | null | undefined)?.[token];
  }
  return false;
}

/** Where the reference is no judge: it makes moves that RFC 6902 forbids, and takes what objects inherit for members of theirs. */
const NOT_JUDGED = new Set(['-', 'prototype', 'toJSON', ...Object.getOwnPropertyNames(Object.prototype)]);

function isJudged(operations: readonly PatchOperation[]): boolean {
  return operations.every((operation) => {
    const pointers = 'from' in operation ? [operation.path, operation.from] : [operation.path];
    const isIntoItself = 'from' in operation && operation.path.startsWith(`${operation.from}/`);
    const names = pointers.flatMap((pointer) => [...parsePointer(pointer)]);
    return !isIntoItself && operation.path !== '' && !names.some((name) => NOT_JUDGED.has(name));
  });
}

plain('any patch does what the reference implementation does, and is refused where that refuses it', () => {
  fc.assert(
    fc.property(documentAndPatch, ([document, operations]) => {
      fc.pre(isJudged(operations));
      const expected = byReference(document, operations);
      if (expected === null) expect(() => applyPatch(document, operations)).toThrow(/^Operation \d/);
      else expect(applyPatch(document, operations)).toEqual(expected);
    }),
    { numRuns: PROPERTY_RUNS * 10 },
  );
});

plain('a merge patch is what RFC 7396 writes down in ten lines', () => {
  const isObject = (value: unknown): value is JsonObject =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const reference = (target: JsonValue | undefined, change: JsonValue): JsonValue => {
    if (!isObject(change)) return change;
    const result = new Map(Object.entries(isObject(target) ? target : {}));
    for (const [name, value] of Object.entries(change)) {
      if (value === null) result.delete(name);
      else result.set(name, reference(result.get(name), value));
    }
    return Object.fromEntries(result);
  };
  fc.assert(
    fc.property(faithfulHelper, faithfulHelper, (target, change) => {
      const mixed = { ...target, ...change };
      expect(applyMergePatch(mixed, change)).toEqual(reference(mixed, change));
      expect(applyMergePatch(target, change)).toEqual(reference(target, change));
    }),
    { numRuns: PROPERTY_RUNS * 10 },
  );
});

test('a server keeps of any patch what the rules make of it, or refuses it and keeps what was', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  await fc.assert(
    fc.asyncProperty(documentAndPatch, fc.boolean(), async ([document, operations], merging) => {
      await save(admin, { caseId, helper: { ...document, n: 0 }, onConflict: 'FORCE' });
      const helper = { ...document, n: 0 };
      const change = merging ? { mergePatch: { ...document, n: null } } : { patch: operations };
      const answered = await patch(admin, { caseId, ...change });
      const read = await admin.data('query ($id: ID!) { case(id: $id) { helper { helperJson } } }', { id: caseId });
      expect(read.case.helper.helperJson).toEqual(
        answered.ok ? expectedOf(helper, change) : JSON.parse(JSON.stringify(helper)),
      );
      if (!answered.ok) expect(answered.userErrors).toHaveLength(1);
    }),
    { numRuns: PROPERTY_RUNS },
  );
});

function expectedOf(helper: JsonObject, change: { mergePatch?: JsonObject; patch?: PatchOperation[] }): unknown {
  const after = change.patch ? applyPatch(helper, change.patch) : applyMergePatch(helper, change.mergePatch!);
  return JSON.parse(JSON.stringify(after));
}
