import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import { diffChanges } from '../../json/json-diff.ts';
import { formatPointer, InvalidPointerError, parsePointer } from '../../json/json-pointer.ts';
import type { JsonObject, JsonValue } from '../../json/json-value.ts';

/** How many pointers a refusal lists, and how long a pointer it repeats. */
const MAX_LISTED = 20;
const MAX_POINTER_LENGTH = 300;

/**
 * What an API key with writable pointers changes lies at or below them; others may change anything. Looks at the whole
 * difference, so that it holds for every way of writing a helper alike.
 *
 * @param exempt a place that the server itself writes with this change
 * @param field the argument that brings the content
 * @throws Refusal PATH_NOT_WRITABLE with the first place that is not the key's
 */
export function assertChangesWritable(
  scope: Scope,
  before: JsonObject,
  after: JsonObject,
  exempt: readonly string[] | undefined,
  field: readonly string[],
): void {
  const pointers = writablePointersOf(scope);
  if (pointers === null) return;
  const places = readPlaces(pointers);
  if (exempt) places.push(exempt);
  for (const change of diffChanges(before, after)) {
    const outside = findOutside(change.tokens, change.before, change.after, places);
    if (outside !== null) throw pathNotWritable(outside, 'this API key may write', pointers, field);
  }
}

/** @throws Refusal PATH_NOT_WRITABLE for a place that is not at or below the API key's pointers */
export function assertPlaceWritable(scope: Scope, tokens: readonly string[], field: readonly string[]): void {
  const pointers = writablePointersOf(scope);
  if (pointers === null || isCovered(tokens, readPlaces(pointers))) return;
  throw pathNotWritable(formatPointer(tokens), 'this API key may write', pointers, field);
}

export function pathNotWritable(
  pointer: string,
  who: string,
  pointers: readonly string[],
  field: readonly string[],
): Refusal {
  const listed = pointers.slice(0, MAX_LISTED).map((allowed) => `"${shorten(allowed)}"`);
  const more = pointers.length > MAX_LISTED ? ` and ${pointers.length - MAX_LISTED} more` : '';
  const allowed = pointers.length > 0 ? `at or below ${listed.join(', ')}${more}` : 'nowhere';
  return new Refusal(
    'PATH_NOT_WRITABLE',
    `"${shorten(pointer)}" is outside of what ${who}: ${allowed}. Nothing was written. Leave the rest as it is, or have the list extended.`,
    field,
  );
}

/** The places of a stored list. A text that is no pointer opens nothing. */
export function readPlaces(pointers: readonly string[]): (readonly string[])[] {
  return pointers.flatMap((pointer) => {
    try {
      return [parsePointer(pointer)];
    } catch (error) {
      if (error instanceof InvalidPointerError) return [];
      throw error;
    }
  });
}

/** True at and below any of the places. */
export function isCovered(tokens: readonly string[], places: readonly (readonly string[])[]): boolean {
  return places.some((place) => startsWith(tokens, place));
}

function writablePointersOf({ owner: { identity } }: Scope): readonly string[] | null {
  return identity.kind === 'API_KEY' ? identity.writablePointers : null;
}

/**
 * Containers that only lead to writable places come and go with what is in them: a key of /levi/report may make the
 * helper's first /levi.
 */
function findOutside(
  tokens: readonly string[],
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  places: readonly (readonly string[])[],
): string | null {
  if (isCovered(tokens, places)) return null;
  const members = (before == null && membersOf(after)) || (after === undefined && membersOf(before)) || [];
  if (members.length === 0 || !places.some((place) => startsWith(place, tokens))) return formatPointer(tokens);
  for (const [key, member] of members) {
    const outside = findOutside([...tokens, key], undefined, member, places);
    if (outside !== null) return outside;
  }
  return null;
}

function membersOf(value: JsonValue | undefined): [string, JsonValue][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function startsWith(tokens: readonly string[], start: readonly string[]): boolean {
  return start.length <= tokens.length && start.every((token, index) => token === tokens[index]);
}

/** Both ends are kept: the start says which section, the end which field. */
function shorten(pointer: string): string {
  const half = MAX_POINTER_LENGTH / 2;
  const text = pointer.length <= MAX_POINTER_LENGTH ? pointer : `${pointer.slice(0, half)}…${pointer.slice(-half)}`;
  return text.replace(/[\p{Control}\p{Surrogate}]/gu, '\uFFFD');
}
