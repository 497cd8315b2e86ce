/**
 * Pointers of the helper that offices filter by most. The database keeps an index for each of them, named
 * case_helper_at_…; a test holds the two lists together. A comparison at any other pointer reads every helper.
 */
export const INDEXED_POINTERS: readonly string[] = [
  '/meta/plate',
  '/meta/case_id',
  '/meta/status',
  '/case_info/damage_date',
  '/case_info/inspection_date',
  '/case_info/damage_type',
  '/case_info/inspection_location',
  '/case_info/report_type',
  '/stakeholders/owner/name',
  '/stakeholders/owner/phone',
  '/stakeholders/garage/name',
  '/stakeholders/insurance/company',
  '/stakeholders/insurance/claim_number',
  '/stakeholders/insurance/policy_number',
  '/stakeholders/insurance/agent/name',
  '/vehicle/manufacturer',
  '/vehicle/model',
  '/vehicle/year',
  '/vehicle/chassis',
  '/expertise/summary/directive',
  '/expertise/summary/status',
  '/final_report/type',
  '/calculations/total_damage',
  '/calculations/full_market_value',
  '/calculations/damage_percent',
  '/documents/photo_count',
];
