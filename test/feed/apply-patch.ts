import type { PatchOperation } from '../../src/json/json-patch.ts';
import { parsePointer, resolvePointer } from '../../src/json/json-pointer.ts';
import { isJsonObject, type JsonValue } from '../../src/json/json-value.ts';

/**
 * RFC 6902 as a client of its own would apply what the server sends, strictly: a patch that only nearly fits fails.
 * Shares nothing with the server's own but the pointers.
 */
export function applyPatch(operations: PatchOperation[], document: JsonValue): JsonValue {
  let root = structuredClone(document);
  for (const operation of operations) root = applyOperation(operation, root);
  return root;
}

function applyOperation(operation: PatchOperation, root: JsonValue): JsonValue {
  switch (operation.op) {
    case 'move': {
      const value = resolvePointer(root, parsePointer(operation.from));
      if (value === undefined) throw new Error(`nothing at ${operation.from}`);
      const without = applyOperation({ op: 'remove', path: operation.from }, root);
      return applyOperation({ op: 'add', path: operation.path, value }, without);
    }
    case 'test':
    case 'copy':
      throw new Error(`the server sends no ${operation.op}`);
  }
  const tokens = parsePointer(operation.path);
  const token = tokens.pop();
  if (token === undefined) {
    if (operation.op === 'remove') throw new Error('the root can not be removed');
    return structuredClone(operation.value);
  }
  const parent = resolvePointer(root, tokens);
  if (Array.isArray(parent)) applyToArray(parent, Number(token), operation);
  else if (isJsonObject(parent)) applyToObject(parent, token, operation);
  else throw new Error(`nothing at the parent of ${operation.path}`);
  return root;
}

type Write = Extract<PatchOperation, { op: 'add' | 'replace' }> | { op: 'remove'; path: string };

function applyToArray(array: JsonValue[], index: number, operation: Write): void {
  if (!(index < array.length + (operation.op === 'add' ? 1 : 0))) throw new Error(`no such place: ${operation.path}`);
  if (operation.op === 'remove') array.splice(index, 1);
  else array.splice(index, operation.op === 'add' ? 0 : 1, structuredClone(operation.value));
}

function applyToObject(object: { [key: string]: JsonValue }, key: string, operation: Write): void {
  if (operation.op !== 'add' && !Object.hasOwn(object, key)) throw new Error(`no such member: ${operation.path}`);
  if (operation.op === 'remove') delete object[key];
  else object[key] = structuredClone(operation.value);
}
