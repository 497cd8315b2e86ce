/**
 * The way of a line into a damage centre.
 *
 *   PROPOSED ──▶ ASSIGNED ──▶ ACCEPTED      once, and for good
 *       └────────────┴──────▶ REJECTED      another may be proposed
 */
export const ASSIGNMENT_STATUSES = {
  PROPOSED: 'Somebody or something thinks that the line belongs to this damage centre. A line may have several.',
  ASSIGNED: 'Decided. A line has one at most that is assigned or accepted.',
  ACCEPTED: 'Taken into the damage centre, for good.',
  REJECTED: 'Decided against.',
} as const;

export type AssignmentStatus = keyof typeof ASSIGNMENT_STATUSES;

export const ASSIGNMENT_METHODS = {
  AI: 'A model.',
  RULE: 'A rule.',
  USER: 'A person.',
} as const;

/** What a move does: where it leads, from where, and what is so already. */
export interface AssignmentMove {
  readonly to: AssignmentStatus;
  readonly from: readonly AssignmentStatus[];
  /** Nothing is left to do for one in these. */
  readonly done: readonly AssignmentStatus[];
  /** Whether it makes an assignment where there is none. */
  readonly makes: boolean;
  /** Whether the damage centre has to be one of the case's helper. */
  readonly needsCentre: boolean;
  /** Whether it makes the line its centre's, so that no other can have it. */
  readonly settles: boolean;
}

export const ASSIGNMENT_MOVES = {
  // What has gone further is not taken back by a proposal that comes late.
  PROPOSE: {
    to: 'PROPOSED',
    from: [],
    done: ['PROPOSED', 'ASSIGNED', 'ACCEPTED'],
    makes: true,
    needsCentre: true,
    settles: false,
  },
  ASSIGN: { to: 'ASSIGNED', from: ['PROPOSED'], done: ['ASSIGNED'], makes: true, needsCentre: true, settles: true },
  ACCEPT: { to: 'ACCEPTED', from: ['ASSIGNED'], done: ['ACCEPTED'], makes: false, needsCentre: true, settles: true },
  REJECT: {
    to: 'REJECTED',
    from: ['PROPOSED', 'ASSIGNED'],
    done: ['REJECTED'],
    makes: false,
    needsCentre: false,
    settles: false,
  },
} as const satisfies Record<string, AssignmentMove>;
