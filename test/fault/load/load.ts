import { setTimeout as pause } from 'node:timers/promises';
import type { Office, Person } from '../office.ts';
import type { Random } from '../random.ts';
import type { Recorder } from '../recorder.ts';
import type { FaultSystem } from '../system.ts';
import { CaseFile } from './case-file.ts';
import type { LoadShape } from './load-shape.ts';
import { planFirstSave, planWrite } from './planned-write.ts';
import { createSubscribers } from './subscribers.ts';
import type { Watcher } from './watcher.ts';
import { Writer } from './writer.ts';

/** Answers that contradict each other: seen by the load itself, because the history keeps one answer a write. */
export interface Complaint {
  readonly invariant: string;
  readonly message: string;
}

/** Everybody who uses the system during a row. What they choose follows from the seed; when they do it does not. */
export class Load {
  readonly subscribers: Watcher[];
  readonly complaints: Complaint[] = [];
  /** May be changed while it runs, for bursts; 0 for none. */
  writesPerS: number;
  readonly #files: readonly CaseFile[];
  readonly #writing: Promise<void>[] = [];
  #ops: number;
  #tokens: number;
  #stopped = false;

  constructor(
    private readonly parts: {
      readonly system: FaultSystem;
      readonly recorder: Recorder;
      readonly random: Random;
      readonly offices: readonly Office[];
      readonly shape: LoadShape;
      /** Where its writes and their tokens begin to be numbered, for a load beside another; 0 unless given. */
      readonly numbersFrom?: number;
    },
  ) {
    const { offices, shape } = parts;
    this.writesPerS = shape.writesPerS;
    this.#ops = parts.numbersFrom ?? 0;
    this.#tokens = parts.numbersFrom ?? 0;
    this.#files = offices.flatMap((office) =>
      office.caseIds.map((caseId, index) => new CaseFile(office.id, caseId, bytesOf(shape, index))),
    );
    this.subscribers = createSubscribers(parts);
  }

  /** Every case gets its version 1, and the subscribers connect. */
  async start(): Promise<void> {
    const queue = [...this.#files];
    const savers = Array.from({ length: 4 }, (_, index) => index).map(async (index) => {
      const writer = this.#writer(index);
      const random = this.parts.random.fork(10_000 + index);
      for (let file = queue.pop(); file; file = queue.pop()) {
        await writer.write(this.#writes(file, random), planFirstSave(file, this.#token(), random));
        file.isStale = false;
      }
    });
    await Promise.all(savers);
    for (const subscriber of this.subscribers) {
      subscriber.start();
      // A few at a time: what is measured is not how quickly all can come at once.
      if (subscriber.sub % 20 === 19) await pause(50);
    }
  }

  /** Starts another subscriber, which is waited for, stopped and judged as the others are. */
  join(subscriber: Watcher): void {
    this.subscribers.push(subscriber);
    subscriber.start();
  }

  startWriting(): void {
    for (let index = 0; index < this.parts.shape.writers; index++) this.#writing.push(this.#write(index));
  }

  /** Resolves when every write that was begun has ended. */
  async stopWriting(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#writing);
  }

  /** Ends everything without waiting, as of a run that has failed. */
  abandon(): void {
    this.#stopped = true;
    for (const subscriber of this.subscribers) void subscriber.stop();
  }

  async stopSubscribers(): Promise<void> {
    await Promise.all(this.subscribers.map((subscriber) => subscriber.stop()));
  }

  async #write(index: number): Promise<void> {
    const { shape } = this.parts;
    const random = this.parts.random.fork(index);
    const writer = this.#writer(index);
    let dueAt = Date.now() + random.between(0, 1000 * (shape.writers / shape.writesPerS));
    while (!this.#stopped) {
      if (this.writesPerS === 0) {
        await pause(100);
        continue;
      }
      const waitMs = dueAt - Date.now();
      if (waitMs > 0) await pause(waitMs);
      if (this.#stopped) return;
      const everyMs = 1000 * (shape.writers / this.writesPerS);
      // After an outage nobody makes up for what was not written in it.
      dueAt = Math.max(dueAt, Date.now() - everyMs) + everyMs * random.between(0.5, 1.5);
      const file = this.#pickFile(random);
      const person = this.#writes(file, random);
      if (file.isStale && !(await writer.read(person, file))) {
        await pause(random.between(50, 400));
        continue;
      }
      await writer.write(person, planWrite(file, shape.mix, this.#token(), random));
    }
  }

  #pickFile(random: Random): CaseFile {
    const { shape, offices } = this.parts;
    const office = random.below(offices.length) * shape.casesEach;
    const isLarge = random.chance(shape.largeShare);
    const place = isLarge
      ? random.below(shape.largeCasesEach)
      : shape.largeCasesEach + random.below(shape.casesEach - shape.largeCasesEach);
    return this.#files[office + place]!;
  }

  #writes(file: CaseFile, random: Random): Person {
    return random.pick(this.parts.offices.find((office) => office.id === file.orgId)!.admins);
  }

  #writer(index: number): Writer {
    const { system, recorder, random } = this.parts;
    return new Writer({
      urls: system.urls,
      recorder,
      random: random.fork(20_000 + index),
      instance: index % 2,
      nextOp: () => this.#ops++,
      complain: (invariant, message) => this.complaints.push({ invariant, message }),
    });
  }

  #token(): string {
    return (this.#tokens++).toString(36);
  }
}

/** Of the cases whose helpers are not large, every other one's is tiny. */
function bytesOf(shape: LoadShape, index: number): number {
  if (index < shape.largeCasesEach) return shape.largeBytes;
  return index % 2 === 0 ? shape.mediumBytes : shape.tinyBytes;
}
