import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { HistoryEvent } from './history.ts';

const FLUSH_AT_CHARACTERS = 1 << 18;
const READ_BYTES = 1 << 20;

/** Moments and a figure of each, kept small: millions of them are looked at after a row. */
class Series {
  readonly at: number[] = [];
  readonly values: number[] = [];

  add(at: number, value: number): void {
    this.at.push(at);
    this.values.push(value);
  }

  /** The value that `share` of those in [from, to) do not exceed; null where there are none. */
  percentile(share: number, from = 0, to = Number.POSITIVE_INFINITY): number | null {
    const chosen = this.values.filter((_, index) => this.at[index]! >= from && this.at[index]! < to);
    if (chosen.length === 0) return null;
    const sorted = Float64Array.from(chosen).sort();
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  }

  max(from = 0, to = Number.POSITIVE_INFINITY): number | null {
    let found: number | null = null;
    for (const [index, value] of this.values.entries())
      if (this.at[index]! >= from && this.at[index]! < to && (found === null || value > found)) found = value;
    return found;
  }
}

/** Writes the history of a row down, and keeps the figures that are wanted at once. */
export class Recorder {
  /** Milliseconds from the first sending of a write to its acknowledgement, by the moment of the latter. */
  readonly saveMs = new Series();
  /** Milliseconds from the recording of a change to its arrival at a subscriber that reads at once. */
  readonly lagMs = new Series();
  /** Attempts that failed, by code: retried under the same key, and so no failure of the write. */
  readonly failures: { readonly at: number; readonly code: string; readonly instance: number }[] = [];
  readonly faults: { readonly name: string; readonly beginAt: number; endAt: number }[] = [];
  readonly samples: { readonly at: number; readonly process: string; readonly rssBytes: number }[] = [];
  readonly counts = {
    invoked: 0,
    acknowledged: 0,
    refused: 0,
    unknown: 0,
    replayed: 0,
    received: 0,
    resyncs: 0,
    brokenSubscriptions: 0,
  };
  readonly #file: number;
  #text = '';

  constructor(readonly path: string) {
    this.#file = openSync(path, 'w');
  }

  write(event: HistoryEvent): void {
    this.#count(event);
    this.#text += `${JSON.stringify(event)}\n`;
    if (this.#text.length >= FLUSH_AT_CHARACTERS) this.flush();
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }

  /** To be called before the file is read while the row still runs. */
  flush(): void {
    writeSync(this.#file, this.#text);
    this.#text = '';
  }

  #count(event: HistoryEvent): void {
    const { counts } = this;
    if (event.type === 'invoke') counts.invoked++;
    else if (event.type === 'acknowledged') {
      counts.acknowledged++;
      if (event.replayed) counts.replayed++;
    } else if (event.type === 'refused') counts.refused++;
    else if (event.type === 'unknown') counts.unknown++;
    else if (event.type === 'received') counts.received++;
    else if (event.type === 'resync') counts.resyncs++;
    else if (event.type === 'closed' && isInternal(event.error)) counts.brokenSubscriptions++;
    else if (event.type === 'sample') this.samples.push(event);
  }
}

/** Codes that no fault of the surroundings excuses. */
export function isInternal(code: string | null): boolean {
  return code === 'INTERNAL' || code === 'UNCODED';
}

/** The events of a history file, read as they are asked for. */
export function* readHistory(path: string): Generator<HistoryEvent> {
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(READ_BYTES);
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
      const lines = (rest + decoder.decode(buffer.subarray(0, length), { stream: true })).split('\n');
      rest = lines.pop()!;
      for (const line of lines) yield JSON.parse(line) as HistoryEvent;
    }
  } finally {
    closeSync(file);
  }
}
