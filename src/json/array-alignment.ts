// Which member of the one array is which member of the other, and how to get from the order of the one to that of the other.
import { findIdentityKey, indexByIdentity } from './array-members.ts';
import { type Fingerprints, fingerprint } from './json-fingerprint.ts';
import type { JsonValue } from './json-value.ts';
import { longestIncreasing } from './longest-increasing.ts';

/** How to make `after` of `before`: all that is removed, then the moves, then all that is added, each in its order. */
export interface ArrayAlignment {
  /** Indexes in `before`, the last first. */
  removed: number[];
  /** Fewest there are. `to` counts without the member that moves, as in RFC 6902. */
  moves: { from: number; to: number }[];
  /** Indexes in `after`, ascending. */
  added: number[];
  /** For each member of `after` the index in `before` of the one it was, equal to it or not; -1 for what is added. */
  origins: number[];
}

/** Every one may shift the whole array, where it is found out and where it is applied. */
const MAX_EDITS = 1_000;

/**
 * Members are matched by their ids where all have one. Elsewhere equal members are matched: the common head and tail,
 * then those that are the only ones of their content; what is left between two of them pairs up in its order.
 * Null when it would take more than 1,000 removals, moves and additions.
 */
export function alignArrays(
  before: JsonValue[],
  after: JsonValue[],
  fingerprints: Fingerprints,
): ArrayAlignment | null {
  const key = findIdentityKey(before, after);
  const origins = key === undefined ? matchByContent(before, after, fingerprints) : matchByIdentity(before, after, key);
  const matched = positionsOf(origins, (origin) => origin >= 0);
  const staying = longestIncreasing(matched.map((index) => origins[index]!)).map((position) => matched[position]!);
  // A member with an id is itself or another; without one, what stands in its place may be it, edited.
  if (key === undefined) pairBetween(staying, origins, before.length);

  const known = new Set(origins);
  const removed = positionsOf(before, (_, index) => !known.has(index)).reverse();
  const added = positionsOf(origins, (origin) => origin < 0);
  const moving = matched.length - staying.length;
  if (removed.length + moving + added.length > MAX_EDITS) return null;
  const movers = new Set(matched);
  for (const index of staying) movers.delete(index);
  return { removed, moves: listMoves(origins, movers), added, origins };
}

function matchByIdentity(before: JsonValue[], after: JsonValue[], key: string): number[] {
  const indexes = indexByIdentity(before, key)!;
  return [...indexByIdentity(after, key)!.keys()].map((id) => indexes.get(id) ?? -1);
}

/** By fingerprint, which may mistake different members for equal: whoever asks compares what is matched. */
function matchByContent(before: JsonValue[], after: JsonValue[], fingerprints: Fingerprints): number[] {
  const were = before.map((member) => fingerprint(member, fingerprints));
  const are = after.map((member) => fingerprint(member, fingerprints));
  const origins = new Array<number>(are.length).fill(-1);
  const shorter = Math.min(were.length, are.length);
  let head = 0;
  for (; head < shorter && were[head] === are[head]; head++) origins[head] = head;
  let tail = 0;
  while (tail < shorter - head && were.at(-1 - tail) === are.at(-1 - tail)) {
    tail++;
    origins[are.length - tail] = were.length - tail;
  }
  const sole = indexSole(were, head, were.length - tail);
  for (const [bits, index] of indexSole(are, head, are.length - tail)) origins[index] = sole.get(bits) ?? -1;
  return origins;
}

/** Fingerprint → index of those that occur once from `start` to before `end`. */
function indexSole(bitsOfAll: number[], start: number, end: number): Map<number, number> {
  const indexes = new Map<number, number>();
  const repeated = new Set<number>();
  for (let index = start; index < end; index++) {
    const bits = bitsOfAll[index]!;
    if (indexes.has(bits)) repeated.add(bits);
    indexes.set(bits, index);
  }
  for (const bits of repeated) indexes.delete(bits);
  return indexes;
}

/** Gives members without an origin that of a member without a successor, between the same two that stay. */
function pairBetween(staying: readonly number[], origins: number[], length: number): void {
  const known = new Set(origins);
  let [index, origin] = [0, 0];
  for (const stop of [...staying, origins.length]) {
    const originStop = origins[stop] ?? length;
    for (; index < stop; index++) {
      if (origins[index]! >= 0) continue;
      while (origin < originStop && known.has(origin)) origin++;
      if (origin < originStop) origins[index] = origin++;
    }
    [index, origin] = [stop + 1, originStop + 1];
  }
}

function listMoves(origins: readonly number[], movers: ReadonlySet<number>): ArrayAlignment['moves'] {
  const moves: ArrayAlignment['moves'] = [];
  if (movers.size === 0) return moves;
  const order = origins.filter((origin) => origin >= 0).sort((a, b) => a - b);
  /** Behind the last member that stands where it belongs. */
  let end = 0;
  for (const [index, origin] of origins.entries()) {
    if (origin < 0) continue;
    if (movers.has(index)) {
      const from = order.indexOf(origin);
      order.splice(from, 1);
      if (from < end) end--;
      order.splice(end, 0, origin);
      moves.push({ from, to: end });
      end++;
    } else {
      // Over those that stand here and have yet to move.
      end = order.indexOf(origin, end) + 1;
    }
  }
  return moves;
}

function positionsOf<T>(values: readonly T[], holds: (value: T, index: number) => boolean): number[] {
  const positions: number[] = [];
  for (const [index, value] of values.entries()) if (holds(value, index)) positions.push(index);
  return positions;
}
