/** Outcomes of a write, each with what it says to a client. */
export const WRITE_OUTCOMES = {
  CREATED: 'It was not there before.',
  UPDATED: 'It was there and has changed.',
  UNCHANGED: 'It was so already; nothing was written.',
  MERGED: 'Your changes were merged with those saved since.',
  EXISTING: 'The one that was there is answered; nothing was written.',
  CONFLICT: 'Others have saved since; nothing was written.',
  REJECTED: 'Refused; nothing was written. See userErrors.',
} as const;

export type WriteOutcome = keyof typeof WRITE_OUTCOMES;

/** What an idempotency key did for a call. */
export interface IdempotencyRecord {
  readonly key: string;
  /** True: nothing was written now; this is the outcome of the first call. */
  readonly replayed: boolean;
  readonly firstSeenAt: Date;
}

/** What every write answers, as data: a replay reads it back and the payload selects from it afresh. */
export interface WriteResult {
  readonly outcome: WriteOutcome;
  /** The organisation written to; its feed position is the payload's cursor. */
  readonly orgId: string;
  /** The case written to, if it is a write of one. */
  readonly caseId?: string | null | undefined;
  /** What was saved, as it came back from the statement that saved it; a write that does not know has it read afterwards. */
  readonly saved?: object | undefined;
}

export type Recorded<T> = T & { readonly idempotency: IdempotencyRecord | null };
