/**
 * Of a field whose value is the same for everybody who may see its parent at all, whoever asks and whenever: what a
 * subscription sends of an event is then made once for all its subscribers. A field that does not say so is taken to
 * depend on the caller.
 */
export const SAME_FOR_ALL = { sameForAll: true } as const;

/** Of a field that needs nothing but the event it is a field of, so that no database has to be asked. */
export const IN_THE_EVENT = { sameForAll: true, inTheEvent: true } as const;

/** Of a payload's field that says what a write came to, and needs no database. */
export const IN_THE_PAYLOAD = { inThePayload: true, inTheSavedRow: true } as const;

/** Of a field that is answered from the row a write brings back, where it brings one. */
export const IN_THE_SAVED_ROW = { inTheSavedRow: true } as const;
