/** An invariant of the fault suite; a run holds it when none of its rules was broken. */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I10' | 'I11' | 'I12';

/** What a broken rule adds to in the totals. */
export type Harm = 'lost' | 'duplicated' | 'disordered';

interface Rule {
  readonly invariant: Invariant;
  readonly says: string;
  readonly harm?: Harm;
}

/** What is judged, each in words that end a sentence about the ids they are shown with. */
export const RULES = {
  ackedMissing: {
    invariant: 'I1',
    says: 'acknowledged, but the version it was told is not there with its content',
    harm: 'lost',
  },
  ackedKeyMissing: { invariant: 'I1', says: 'acknowledged, but its idempotency key is not kept' },
  writtenTwice: { invariant: 'I2', says: 'one write came to more than one effect', harm: 'duplicated' },
  keyTwice: { invariant: 'I2', says: 'one idempotency key is kept twice', harm: 'duplicated' },
  nobodysVersion: { invariant: 'I2', says: 'a version that no write of the run accounts for', harm: 'duplicated' },
  refusedButWritten: { invariant: 'I2', says: 'refused, but written all the same' },
  keyWithoutWrite: { invariant: 'I2', says: 'an idempotency key is kept whose write is not there' },
  writeWithoutKey: { invariant: 'I2', says: 'a write without an answer is there, its idempotency key is not' },
  versionsNotDense: {
    invariant: 'I3',
    says: 'the versions of a case do not count 1, 2, 3 to the current one',
    harm: 'lost',
  },
  expectationMissed: { invariant: 'I3', says: 'acknowledged on top of another version than it expected' },
  tokenDropped: { invariant: 'I3', says: 'a version lost what the version before it had: a lost update', harm: 'lost' },
  tokenMoved: {
    invariant: 'I3',
    says: 'a version changed the order of what the version before it had',
    harm: 'disordered',
  },
  tokenTwice: { invariant: 'I3', says: 'a version has a write in it twice', harm: 'duplicated' },
  deliveryMissing: { invariant: 'I4', says: 'not delivered to a subscriber that went past it', harm: 'lost' },
  deliveryPending: { invariant: 'I4', says: 'not delivered when everything had come to rest', harm: 'lost' },
  deliveryTwice: { invariant: 'I4', says: 'delivered twice within one connection', harm: 'duplicated' },
  neverStarted: { invariant: 'I4', says: 'a subscriber was never told where it starts' },
  deliveryDisordered: {
    invariant: 'I5',
    says: 'delivered after something later, within one connection',
    harm: 'disordered',
  },
  logNotDense: {
    invariant: 'I5',
    says: 'the log does not count from its oldest entry kept to its head, each once',
    harm: 'lost',
  },
  logDisordered: { invariant: 'I5', says: 'the versions of a case are logged out of order', harm: 'disordered' },
  positionUnlogged: { invariant: 'I5', says: 'a subscriber was told a position beyond the head of the log' },
  contentDiffers: { invariant: 'I6', says: 'delivered with another content than the version has' },
  entryDiffers: { invariant: 'I6', says: 'delivered as something else than the log has at that position' },
  restoreDiffers: { invariant: 'I6', says: 'a restore has another content than the version it brought back' },
  foreignDelivered: { invariant: 'I7', says: 'a change of another organisation was delivered' },
  unseenDelivered: { invariant: 'I7', says: 'a change was delivered to somebody who may not see the case' },
  afterRevocation: {
    invariant: 'I7',
    says: 'a change was delivered that was recorded after access had been taken away',
  },
  foreignWritten: { invariant: 'I7', says: 'written to a case of another organisation' },
  foreignLogged: { invariant: 'I7', says: 'a case is in the logs of two organisations' },
  versionUnlogged: { invariant: 'I10', says: 'a version without its entry in the log', harm: 'lost' },
  entryWithoutVersion: { invariant: 'I10', says: 'an entry in the log whose version is not there' },
  bulkUnlogged: { invariant: 'I10', says: 'a bulk write was acknowledged without an entry in the log', harm: 'lost' },
  headUnknown: { invariant: 'I10', says: 'an organisation has entries in the log and no head' },
  notAtRest: { invariant: 'I11', says: 'not back at its baseline' },
  notRecovered: { invariant: 'I12', says: 'still late or failing after the time a fault is given to pass' },
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;
