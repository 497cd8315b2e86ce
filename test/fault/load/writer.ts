import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Person } from '../office.ts';
import type { Random } from '../random.ts';
import type { Recorder } from '../recorder.ts';
import { isWorthRepeating, type Sent, send } from './graphql-call.ts';
import type { PlannedWrite } from './planned-write.ts';
import { READ } from './write-documents.ts';

const GIVE_UP_AFTER_MS = 30_000;
const BACKOFF_MIN_MS = 50;
const BACKOFF_MAX_MS = 400;
/** Share of writes that are sent twice under one key; half of them at the same moment to both instances. */
const DUPLICATE_SHARE = 0.1;

/** How a write ended. */
type Outcome =
  | {
      readonly type: 'acknowledged';
      readonly outcome: string;
      readonly version: number | null;
      readonly replayed: boolean;
    }
  | { readonly type: 'refused'; readonly code: string }
  | { readonly type: 'unknown'; readonly reason: string };

/** Sends writes of one person until they are answered, from instance to instance, each under one key. */
export class Writer {
  #instance: number;

  /** @param nextOp numbers writes over all writers @param complain tells of answers that contradict each other */
  constructor(
    private readonly parts: {
      readonly urls: readonly string[];
      readonly recorder: Recorder;
      readonly random: Random;
      readonly instance: number;
      readonly nextOp: () => number;
      readonly complain: (invariant: string, message: string) => void;
    },
  ) {
    this.#instance = parts.instance;
  }

  /** Sends it as often as it takes, and writes down how it went. */
  async write(person: Person, planned: PlannedWrite): Promise<void> {
    const { recorder, random } = this.parts;
    const { file } = planned;
    const op = this.parts.nextOp();
    const key = randomUUID();
    const beganAt = Date.now();
    recorder.write({
      type: 'invoke',
      op,
      at: beganAt,
      kind: planned.kind,
      orgId: file.orgId,
      caseId: file.caseId,
      key,
      expectedVersion: planned.expectedVersion,
      token: planned.token,
      restores: planned.restores,
    });
    const body = JSON.stringify({
      query: planned.query,
      variables: { input: { ...planned.input, idempotencyKey: key } },
    });
    const attempts = { count: 0 };
    const again = (instance: number) => this.#untilAnswered(person, body, planned.kind, instance, attempts);
    const isDuplicated = random.chance(DUPLICATE_SHARE);
    const atOnce = isDuplicated && random.chance(0.5) ? again(1 - this.#instance) : null;
    const first = await again(this.#instance);
    const answeredAt = Date.now();
    const second = await (atOnce ?? (isDuplicated ? again(1 - this.#instance) : null));
    const outcome = this.#agree(op, first, second);
    if (outcome.type === 'acknowledged') {
      if (outcome === first) recorder.saveMs.add(answeredAt, answeredAt - beganAt);
      if (planned.document && outcome.version !== null && outcome.outcome !== 'MERGED')
        file.remember(outcome.version, planned.document);
      else if (planned.kind !== 'bulk') file.isStale = true;
    } else file.isStale = true;
    recorder.write({ op, at: outcome === first ? answeredAt : Date.now(), attempts: attempts.count, ...outcome });
  }

  /** Reads the newest version of a case. False when it could not be read. */
  async read(person: Person, file: PlannedWrite['file']): Promise<boolean> {
    const body = JSON.stringify({ query: READ, variables: { id: file.caseId } });
    const sent = await send(this.parts.urls[this.#instance]!, person.token, body);
    if (sent.kind !== 'answered') {
      this.#failed(this.#instance, sent.code);
      this.#instance = 1 - this.#instance;
      return false;
    }
    const helper = sent.data.case.helper;
    if (helper) file.remember(helper.version, helper.helperJson);
    file.isStale = false;
    return true;
  }

  async #untilAnswered(
    person: Person,
    body: string,
    kind: PlannedWrite['kind'],
    from: number,
    attempts: { count: number },
  ): Promise<Outcome> {
    const deadlineAt = Date.now() + GIVE_UP_AFTER_MS;
    let instance = from;
    for (;;) {
      attempts.count++;
      const outcome = readOutcome(await send(this.parts.urls[instance]!, person.token, body), kind);
      if (outcome.type !== 'unknown') return outcome;
      this.#failed(instance, outcome.reason);
      if (Date.now() >= deadlineAt) return outcome;
      instance = 1 - instance;
      if (from === this.#instance) this.#instance = instance;
      await pause(this.parts.random.between(BACKOFF_MIN_MS, BACKOFF_MAX_MS));
    }
  }

  #failed(instance: number, code: string): void {
    this.parts.recorder.failures.push({ at: Date.now(), code, instance });
  }

  /** Of two sendings under one key an acknowledgement counts, and two of them must say the same. */
  #agree(op: number, first: Outcome, second: Outcome | null): Outcome {
    if (!second) return first;
    if (first.type !== 'acknowledged') return second.type === 'acknowledged' ? second : first;
    if (second.type === 'acknowledged' && (second.version !== first.version || second.outcome !== first.outcome))
      this.parts.complain(
        'I1',
        `write ${op} was acknowledged twice under its key, as ${first.outcome} of version ${first.version} and as ${second.outcome} of version ${second.version}`,
      );
    if (second.type === 'acknowledged' && first.replayed === second.replayed && !first.replayed)
      this.parts.complain('I2', `write ${op} was done anew by both sendings under its key`);
    return first;
  }
}

function readOutcome(sent: Sent, kind: PlannedWrite['kind']): Outcome {
  if (sent.kind === 'failed') return { type: 'unknown', reason: sent.code };
  if (sent.kind === 'refused') return { type: 'refused', code: sent.code };
  const { payload } = sent.data;
  if (payload.ok) {
    return {
      type: 'acknowledged',
      outcome: payload.outcome,
      // Of an UNCHANGED one the version it found as it wanted it.
      version: kind === 'bulk' ? null : payload.helper.version,
      replayed: payload.idempotency?.replayed ?? false,
    };
  }
  const code = payload.userErrors[0]?.code ?? 'UNCODED';
  return isWorthRepeating(code) ? { type: 'unknown', reason: code } : { type: 'refused', code };
}
