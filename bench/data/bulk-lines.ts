/** Lines of the invoices that bulk writes go to. */
export const BULK_LINES = 100;
