/** Where a part that is needed stands, each value with its meaning. */
export const PART_STATUSES = {
  PENDING: 'Waiting to be ordered.',
  ORDERED: 'Ordered from the supplier.',
  RECEIVED: 'Arrived at the garage.',
  CANCELLED: 'Not needed any more; it costs nothing in sums.',
} as const;

/** Where a part that was picked stands, in the order it usually goes. */
export const SELECTED_PART_STATUSES = {
  SELECTED: 'Picked from an answer, for no damage centre yet.',
  ASSIGNED: 'Given to a damage centre.',
  ORDERED: 'Ordered from the supplier.',
  COMPLETED: 'Arrived and done with.',
  REMOVED: 'Taken off the selection; it stays so until another status is sent.',
} as const;

export type SelectedPartStatus = keyof typeof SELECTED_PART_STATUSES;

/** Where a part was picked. */
export const PART_DATA_SOURCES = {
  CATALOG: "The office's own catalogue.",
  WEB: 'A search at suppliers.',
  OCR: 'A scanned offer.',
  MANUAL: 'Typed in.',
} as const;

export type PartDataSource = keyof typeof PART_DATA_SOURCES;
