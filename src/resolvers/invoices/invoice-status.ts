// Values that the API takes as text, each with what it means; Hebrew is data for people who read it so.

export const INVOICE_STATUSES = {
  DRAFT: 'Being written down.',
  PENDING: 'There, and its lines wait to be assigned to damage centres.',
  ASSIGNED: 'Every line is assigned to a damage centre.',
  ACCEPTED: 'Every line is accepted into its damage centre.',
  REJECTED: 'Not taken into the case.',
  SENT: 'Passed on for payment.',
  PAID: 'Paid.',
  CANCELLED: 'Withdrawn by its supplier.',
} as const;

/** Those that take no part in the case; their lines can not be accepted. */
export const VOID_STATUSES: readonly string[] = ['REJECTED', 'CANCELLED'];

export const INVOICE_STATUS_LABELS: Readonly<Record<string, string>> = {
  DRAFT: 'טיוטה',
  PENDING: 'ממתינה לשיוך',
  ASSIGNED: 'שויכה',
  ACCEPTED: 'אושרה',
  REJECTED: 'נדחתה',
  SENT: 'הועברה לתשלום',
  PAID: 'שולמה',
  CANCELLED: 'בוטלה',
};

export const INVOICE_TYPES = {
  PARTS: 'Parts.',
  LABOR: 'Work.',
  TOWING: 'Towing.',
  OTHER: 'Anything else, or several of these.',
} as const;

export const ITEM_CATEGORIES = {
  PART: 'A part.',
  WORK: 'Work.',
  REPAIR: 'A repair.',
  OTHER: 'Anything else.',
} as const;
