import { Refusal } from '../../errors.ts';
import { resolvePointer } from '../../json/json-pointer.ts';
import type { JsonObject } from '../../json/json-value.ts';
import { normalisePlate } from './plate.ts';

/** What saving a document asks of the kind of its case. */
interface KindRules {
  /** @throws Refusal when the document is not one for this case */
  assertDocumentFits(document: JsonObject, plate: string | null, field: readonly string[]): void;
}

/** Where a helper says whose it is. */
const HELPER_PLATE = ['meta', 'plate'];

/**
 * Kinds of case. Saving knows nothing of any of them: a kind brings its rules here. (The search projection's share is
 * private.project_case in the database, so that it holds for every writer.)
 */
const CASE_KINDS = {
  damage: {
    // The browsers this replaces could carry one vehicle's helper into another's case.
    assertDocumentFits(document, plate, field) {
      const stated = resolvePointer(document, HELPER_PLATE);
      const digits = typeof stated === 'string' ? normalisePlate(stated) : null;
      if (digits !== null && digits !== plate)
        throw new Refusal(
          'PLATE_MISMATCH',
          'The helper is of another vehicle: /meta/plate differs from the plate of the case. Load the right case, or correct the helper.',
          [...field, ...HELPER_PLATE],
        );
    },
  },
} as const satisfies Record<string, KindRules>;

export type CaseKind = keyof typeof CASE_KINDS;

export function rulesOf(kind: CaseKind): KindRules {
  return CASE_KINDS[kind];
}
