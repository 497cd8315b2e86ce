import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import { type OutlineEntry, outline } from '../../json/json-outline.ts';
import type { JsonValue } from '../../json/json-value.ts';
import { readHelperText } from './read-helper-text.ts';

export type { OutlineEntry };

const MAX_DEPTH = 10;
const MAX_ENTRIES = 5_000;

/**
 * What lies under a pointer, without its content; empty where the pointer names nothing.
 * @throws Refusal VALIDATION_FAILED or QUERY_TOO_COMPLEX
 */
export async function outlineHelper(
  scope: Scope,
  helperId: string,
  pointer: string,
  depth: number,
): Promise<OutlineEntry[]> {
  if (depth < 1 || depth > MAX_DEPTH)
    throw new Refusal('VALIDATION_FAILED', `depth must be from 1 to ${MAX_DEPTH}.`, ['depth']);
  const text = await readHelperText(scope, 'case_helper', helperId, pointer);
  if (text === null) return [];
  const entries = outline(JSON.parse(text) as JsonValue, pointer, depth);
  if (entries.length > MAX_ENTRIES)
    throw new Refusal(
      'QUERY_TOO_COMPLEX',
      `There are ${entries.length} entries; at most ${MAX_ENTRIES} are answered. Ask for less depth, or a deeper pointer.`,
      ['depth'],
    );
  return entries;
}
