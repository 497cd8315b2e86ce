/** What a field costs, where that is not 1 for itself and what is selected below it. */
export interface FieldCost {
  /** Instead of 1. */
  readonly own?: number;
  /** Instead of `own` when this argument is given, as it then reads less. */
  readonly with?: { readonly argument: string; readonly own: number };
  /** How long the list is that it answers, or the list right below it, where no argument says it. */
  readonly size?: number;
}

/**
 * Costs that differ from the rule, by type and field; `*` is any type. What reads or computes more than a row's columns costs as many values
 * as it takes the time of; a whole helper is some 1,500 values, which come as one text.
 */
export const FIELD_COSTS: Readonly<Record<string, FieldCost>> = {
  'CaseHelper.helperJson': { own: 250, with: { argument: 'pointer', own: 10 } },
  'CaseHelper.outline': { own: 50 },
  'CaseHelper.changedPaths': { own: 5 },
  'HelperDraft.helperJson': { own: 250, with: { argument: 'pointer', own: 10 } },
  'HelperVersionSaved.patch': { own: 50 },
  'KbDoc.body': { own: 20 },
  'Query.caseHelperDiff': { own: 500 },
  'Query.caseHelperBlame': { own: 500 },
  'Query.caseCounts': { own: 200 },
  'Query.officeCounts': { own: 200 },
  'Query.systemHealth': { own: 200 },
  'SystemHealth.hours': { size: 24 },
  'SystemHealth.casesWithoutHelper': { size: 20 },
  'SystemHealth.projectionMismatches': { size: 20 },
  'SystemHealth.staleCases': { size: 20 },
  'Query.featureFlags': { size: 50 },
  // A description of every type.
  'Query.__schema': { own: 5_000 },
  'Query.__type': { own: 100 },
  // Counting reads what the page does not.
  '*.totalCount': { own: 20 },
  // What is wrong with one item; of a large write at most 100 are told.
  '*.userErrors': { size: 5 },
};

/** A write: a transaction of its own, and an entry in the log. */
export const MUTATION_COST = 20;
/** A list of objects that nothing says the length of. */
export const UNSIZED_LIST = 5;
