import type { ExecutionArgs, GraphQLSchema } from 'graphql';
import { actorOf, type Identity } from '../../auth/identity.ts';
import { RequestError } from '../../errors.ts';
import type { Limits } from '../../limits.ts';
import { type Analysis, createAnalyse } from './analyse-document.ts';
import { addressHolder } from './client-address.ts';
import { FailedSignIns } from './failed-sign-ins.ts';
import type { PersistedDocuments } from './persisted-documents.ts';
import { Quota } from './quota.ts';
import { type RateState, Rates } from './rates.ts';

const MINUTE_MS = 60_000;
const BUSY_RETRY_S = 1;

/** Who may ask for the schema: all, those who are signed in, nobody. */
export type Introspection = 'on' | 'signed-in' | 'off';

export interface GuardOptions {
  readonly limits: Limits;
  readonly introspection: Introspection;
  readonly persisted: PersistedDocuments;
}

/** Who sends an operation, as far as limits ask. */
export interface Sender {
  readonly identity: Identity | null;
  readonly address: string;
  /** The document is one of the server's own, for a request that is not GraphQL. */
  readonly isOwnDocument: boolean;
  /** Says something in a header of the answer; nowhere for a message of a socket. */
  readonly tell: (name: string, value: string) => void;
}

export interface CostFacts {
  readonly requested: number;
  /** Of one operation; null for none. */
  readonly limit: number | null;
  /** What the caller may still spend now, and seconds until all of it is there again; null where that has no limit. */
  readonly remaining: number | null;
  readonly resetIn: number | null;
}

/** An operation that was let in. */
export interface Admitted {
  readonly cost: CostFacts;
  /** Gives its place among the caller's operations back; good for one call. */
  readonly leave: () => void;
}

/** The limits of everything that is executed, whichever way it came: what one caller, and one address, may ask of this instance. */
export class Guard {
  readonly limits: Limits;
  readonly persisted: PersistedDocuments;
  readonly failedSignIns: FailedSignIns;
  readonly sockets: Quota;
  readonly socketsOfAddress: Quota;
  readonly socketsOfCaller: Quota;
  readonly subscriptionsOfCaller: Quota;
  readonly #operationsOfCaller: Quota;
  readonly #costOfCaller: Rates;
  readonly #costOfAddress: Rates;
  readonly #introspection: Introspection;
  readonly #analyse: ReturnType<typeof createAnalyse>;

  constructor(schema: GraphQLSchema, { limits, introspection, persisted }: GuardOptions) {
    this.limits = limits;
    this.persisted = persisted;
    this.#introspection = introspection;
    this.#analyse = createAnalyse(schema, limits);
    this.failedSignIns = new FailedSignIns(limits.failedSignIns);
    this.sockets = new Quota(limits.sockets);
    this.socketsOfAddress = new Quota(limits.socketsOfAddress);
    this.socketsOfCaller = new Quota(limits.socketsOfCaller);
    this.subscriptionsOfCaller = new Quota(limits.subscriptionsOfCaller);
    this.#operationsOfCaller = new Quota(limits.operationsOfCaller);
    this.#costOfCaller = new Rates(limits.costPerMinute, MINUTE_MS);
    this.#costOfAddress = new Rates(limits.costPerMinuteOfAddress, MINUTE_MS);
  }

  /**
   * Lets an operation in, in this order: its document, who may send it, its cost with the variables it came with, the rate,
   * the place among those under way. What is refused has cost nothing.
   * @throws RequestError
   */
  admit({ document, operationName, variableValues }: ExecutionArgs, sender: Sender): Admitted {
    const analysis = this.#analyse(document, operationName);
    // There is no such operation, which execution says.
    if (!analysis) return NOTHING_TO_DO;
    if (analysis.refusal) throw analysis.refusal;
    this.#assertMaySend(analysis, sender);
    const requested = analysis.cost(variableValues);
    this.#assertAffordable(requested);
    const rate = this.#spend(requested, sender);
    const holder = sender.identity ? holderOf(sender.identity) : addressHolder(sender.address);
    const leave = this.#operationsOfCaller.take(holder);
    if (!leave)
      throw new RequestError(
        'RATE_LIMITED',
        `You have ${this.limits.operationsOfCaller} operations under way already. Wait for one to end, and send fewer at once.`,
        null,
        { retryAfterS: BUSY_RETRY_S },
      );
    return { cost: this.#facts(requested, rate), leave };
  }

  #assertMaySend({ introspects, normalForm }: Analysis, { identity, isOwnDocument }: Sender): void {
    if (isOwnDocument) return;
    if (introspects && this.#introspection === 'off')
      throw new RequestError('FORBIDDEN', 'This server does not tell its schema. Ask its operator for schema.graphql.');
    if (introspects && this.#introspection === 'signed-in' && !identity)
      throw new RequestError(
        'UNAUTHENTICATED',
        'This server tells its schema to those who are signed in. Sign in first.',
      );
    if (!this.persisted.isLetIn(identity, normalForm))
      throw new RequestError(
        'FORBIDDEN',
        'This server runs only documents that it knows. Send one of them, by its text or its sha256Hash; a new one is added to the file PERSISTED_DOCUMENTS.',
        ['query'],
      );
  }

  #assertAffordable(requested: number): void {
    const { cost: limit } = this.limits;
    if (limit === 0 || requested <= limit) return;
    throw new RequestError(
      'QUERY_TOO_COMPLEX',
      `The operation costs ${requested}, and ${limit} is allowed: that many values its answer could hold. Ask for shorter pages (first) of the lists within lists, for fewer fields, or for one page after the other.`,
      null,
      { extensions: { cost: { requested, limit } } },
    );
  }

  #spend(requested: number, { identity, address, tell }: Sender): RateState | null {
    const rate = identity
      ? this.#costOfCaller.take(holderOf(identity), requested)
      : this.#costOfAddress.take(addressHolder(address), requested);
    if (!rate) return null;
    tell('x-ratelimit-limit', String(rate.limit));
    tell('x-ratelimit-remaining', String(rate.remaining));
    tell('x-ratelimit-reset', String(rate.resetS));
    if (rate.retryAfterS === 0) return rate;
    throw new RequestError(
      'RATE_LIMITED',
      `The operation costs ${requested}, and of ${rate.limit} in a minute ${rate.remaining} ${identity ? 'are left to you' : 'are left to your address; sign in to have more'}. Try again in ${rate.retryAfterS} seconds.`,
      null,
      { retryAfterS: rate.retryAfterS, extensions: { cost: this.#facts(requested, rate) } },
    );
  }

  #facts(requested: number, rate: RateState | null): CostFacts {
    return {
      requested,
      limit: this.limits.cost || null,
      remaining: rate?.remaining ?? null,
      resetIn: rate?.resetS ?? null,
    };
  }
}

/** Under which name a caller is counted. */
export function holderOf(identity: Identity): string {
  return actorOf(identity);
}

const NOTHING_TO_DO: Admitted = {
  cost: { requested: 0, limit: null, remaining: null, resetIn: null },
  leave: () => undefined,
};
