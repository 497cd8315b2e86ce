import type { PatchOperation } from '../../src/json/json-diff.ts';
import { parsePointer, resolvePointer } from '../../src/json/json-pointer.ts';
import { isJsonObject, type JsonValue } from '../../src/json/json-value.ts';

/** RFC 6902 as a client would apply it, strictly: a patch that only nearly fits fails. */
export function applyPatch(operations: PatchOperation[], document: JsonValue): JsonValue {
  let root = structuredClone(document);
  for (const operation of operations) {
    const tokens = parsePointer(operation.path);
    const token = tokens.pop();
    if (token === undefined) {
      if (operation.op === 'remove') throw new Error('the root can not be removed');
      root = operation.value;
      continue;
    }
    const parent = resolvePointer(root, tokens);
    if (Array.isArray(parent)) applyToArray(parent, Number(token), operation);
    else if (isJsonObject(parent)) applyToObject(parent, token, operation);
    else throw new Error(`nothing at the parent of ${operation.path}`);
  }
  return root;
}

function applyToArray(array: JsonValue[], index: number, operation: PatchOperation): void {
  if (!(index < array.length + (operation.op === 'add' ? 1 : 0))) throw new Error(`no such place: ${operation.path}`);
  if (operation.op === 'add') array.splice(index, 0, operation.value);
  else if (operation.op === 'replace') array[index] = operation.value;
  else array.splice(index, 1);
}

function applyToObject(object: { [key: string]: JsonValue }, key: string, operation: PatchOperation): void {
  if (operation.op !== 'add' && !Object.hasOwn(object, key)) throw new Error(`no such member: ${operation.path}`);
  if (operation.op === 'remove') delete object[key];
  else object[key] = operation.value;
}
