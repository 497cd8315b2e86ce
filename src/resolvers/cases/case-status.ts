/** Statuses of a case, in the order of its life. The database checks the same list. */
export const CASE_STATUSES = {
  OPEN: 'Opened; nobody has begun.',
  IN_PROGRESS: 'Being worked on.',
  AWAITING_CLAIM_APPROVAL: 'Waits for the insurer to approve the claim.',
  CLAIM_APPROVED: 'The insurer has approved the claim.',
  AWAITING_PAYMENT: 'Waits for the fee to be paid.',
  PAID: 'The fee is paid.',
  IN_COURT: 'The claim is in court.',
  OTHER: 'None of the others.',
  CLOSED: 'Finished. Not active.',
  ARCHIVED: 'Finished and put away. Not active.',
} as const;

export type CaseStatus = keyof typeof CASE_STATUSES;

/** The same in the office's own words. */
export const CASE_STATUS_LABELS: Record<CaseStatus, string> = {
  OPEN: 'פתוח',
  IN_PROGRESS: 'בטיפול',
  AWAITING_CLAIM_APPROVAL: 'מחכה לאישור תביעה',
  CLAIM_APPROVED: 'תביעה אושרה',
  AWAITING_PAYMENT: 'מחכה לתשלום',
  PAID: 'שולם',
  IN_COURT: 'בתביעת בית משפט',
  OTHER: 'אחר',
  CLOSED: 'סגור',
  ARCHIVED: 'בארכיון',
};
