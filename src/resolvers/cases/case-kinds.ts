import { Refusal } from '../../errors.ts';
import { resolvePointer } from '../../json/json-pointer.ts';
import type { JsonObject, JsonValue } from '../../json/json-value.ts';
import { normalisePlate } from './plate.ts';
import { listStatedPlates } from './stated-plates.ts';

/** What saving a document asks of the kind of its case. */
interface KindRules {
  /** @throws Refusal when the document is not one for this case */
  assertDocumentFits(document: JsonObject, plate: string | null, field: readonly string[]): void;
  /**
   * @param key under which the data are to stand
   * @throws Refusal when data from outside are not about this case
   */
  assertDataFit(key: string, data: JsonValue, plate: string | null, field: readonly string[]): void;
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
    // An invoice read from a scan was attached to the case of another vehicle, without a word.
    assertDataFit(key, data, plate, field) {
      const foreign = listStatedPlates(key, data).find(({ plates }) => plates.some((stated) => stated !== plate));
      if (foreign)
        throw new Refusal(
          'PLATE_MISMATCH',
          'The data are of another vehicle: their plate differs from the plate of the case. Send them to the right case, or correct the plate in them.',
          [...field, ...foreign.path],
        );
    },
  },
} as const satisfies Record<string, KindRules>;

export type CaseKind = keyof typeof CASE_KINDS;

export function rulesOf(kind: CaseKind): KindRules {
  return CASE_KINDS[kind];
}
