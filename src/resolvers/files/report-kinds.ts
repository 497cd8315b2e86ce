export const REPORT_TYPES = {
  EXPERTISE: "The assessor's first report: what is damaged, and what is to be done.",
  ESTIMATE: 'What the repair is expected to cost.',
  FINAL_REPORT: 'What the damage came to, in one of five variants.',
  PARTS: 'A list of parts: what was searched, or what was selected.',
  FEE_INVOICE: "The invoice for the assessor's own fee.",
  OTHER: 'Any other.',
} as const;

/** What the office calls them. */
export const REPORT_TYPE_LABELS: Record<ReportType, string> = {
  EXPERTISE: 'חוות דעת',
  ESTIMATE: 'אומדן',
  FINAL_REPORT: 'חוות דעת סופית',
  PARTS: 'דוח חלקים',
  FEE_INVOICE: 'חשבונית שכר טרחה',
  OTHER: 'אחר',
};

export const REPORT_VARIANTS = {
  PRIVATE: 'For the owner of the vehicle.',
  GLOBAL: 'A sum agreed for the damage as a whole.',
  SOLD_AS_DAMAGED: 'The vehicle is sold as it is.',
  TOTAL_LOSS: 'The repair would cost more than it is worth.',
  LEGAL_TOTAL_LOSS: 'The law takes the vehicle off the road.',
} as const;

export const REPORT_STATUSES = {
  DRAFT: 'It is being worked on.',
  FINAL: 'It was handed in; it never becomes a draft again.',
} as const;

export type ReportType = keyof typeof REPORT_TYPES;
export type ReportVariant = keyof typeof REPORT_VARIANTS;
export type ReportStatus = keyof typeof REPORT_STATUSES;
