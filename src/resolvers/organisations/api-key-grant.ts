import { Refusal } from '../../errors.ts';
import { nearestNames } from './nearest-names.ts';
import { readExpiry } from './read-expiry.ts';
import { readPointers } from './read-pointers.ts';

/** What a key can be given. Who could make keys or members with one could give himself more than he was given. */
export const KEY_PERMISSIONS = [
  'org.read',
  'case.read',
  'case.create',
  'case.write',
  'case.share',
  'draft.write',
  'kb.read',
  'kb.write',
  'log.read',
  'log.write',
  'dev.write',
] as const;

const MAX_NAME_LENGTH = 200;
const FOREVER_DAYS = 3_650;

export interface ApiKeyRequest {
  readonly name: string;
  readonly permissions?: readonly string[] | null | undefined;
  readonly operations?: readonly string[] | null | undefined;
  readonly writablePointers?: readonly string[] | null | undefined;
  readonly strictStatus?: boolean | null | undefined;
  readonly expiresAt?: Date | null | undefined;
}

/** What a key is good for, fit to be stored. */
export interface ApiKeyGrant {
  readonly name: string;
  /** Null for what keys get unless they are given something else. */
  readonly permissions: readonly string[] | null;
  readonly operations: readonly string[] | null;
  readonly writablePointers: readonly string[] | null;
  readonly strictStatus: boolean;
  readonly expiresAt: Date | null;
}

/**
 * @param operations gateway names of all operations there are
 * @throws Refusal VALIDATION_FAILED naming what is wrong, and the names it may have been meant for
 */
export function readApiKeyGrant(request: ApiKeyRequest, operations: ReadonlySet<string>): ApiKeyGrant {
  const field = (name: string) => ['input', name];
  return {
    name: readKeyName(request.name),
    permissions: readNames(
      request.permissions,
      new Set(KEY_PERMISSIONS),
      'permission that a key can hold',
      field('permissions'),
    ),
    operations: readNames(request.operations, operations, 'operation', field('operations')),
    writablePointers: readWritable(request.writablePointers, field('writablePointers')),
    strictStatus: request.strictStatus ?? false,
    expiresAt: readExpiry(request.expiresAt, field('expiresAt'), FOREVER_DAYS),
  };
}

/** @throws Refusal VALIDATION_FAILED */
export function readKeyName(given: string): string {
  const name = given.trim();
  if (name && [...name].length <= MAX_NAME_LENGTH) return name;
  throw new Refusal('VALIDATION_FAILED', `The name of a key has 1 to ${MAX_NAME_LENGTH} characters.`, [
    'input',
    'name',
  ]);
}

function readNames(
  given: readonly string[] | null | undefined,
  known: ReadonlySet<string>,
  what: string,
  field: readonly string[],
): string[] | null {
  if (given == null) return null;
  if (given.length === 0)
    throw new Refusal(
      'VALIDATION_FAILED',
      'A key that is good for nothing is of no use. Leave the list out, or name some.',
      field,
    );
  const unknown = given.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new Refusal(
      'VALIDATION_FAILED',
      unknown
        .slice(0, 10)
        .map((name) => describeUnknown(name, known, what))
        .join(' '),
      field,
    );
  return [...new Set(given)];
}

function describeUnknown(name: string, known: ReadonlySet<string>, what: string): string {
  const nearest = nearestNames(name.slice(0, 100), known);
  const shown = JSON.stringify(name.slice(0, 100).toWellFormed());
  return `${shown} is no ${what}${nearest.length > 0 ? `; did you mean ${nearest.join(' or ')}?` : '.'}`;
}

function readWritable(given: readonly string[] | null | undefined, field: readonly string[]): string[] | null {
  if (given == null) return null;
  const pointers = readPointers(given, field);
  if (pointers.length > 0) return pointers;
  throw new Refusal(
    'VALIDATION_FAILED',
    'Leave the list out for the whole helper. To keep a key from helpers, name the operations it may call.',
    field,
  );
}
