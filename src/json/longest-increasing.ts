/** Positions of a longest strictly increasing subsequence, ascending; of an empty sequence none. O(n log n). */
export function longestIncreasing(values: readonly number[]): number[] {
  /** For each length the position where the smallest last value of a subsequence that long stands. */
  const ends: number[] = [];
  const predecessors: number[] = [];
  for (const [position, value] of values.entries()) {
    const length = countBelow(values, ends, value);
    predecessors.push(length === 0 ? -1 : ends[length - 1]!);
    ends[length] = position;
  }
  const positions = new Array<number>(ends.length);
  let position = ends.at(-1) ?? -1;
  for (let index = ends.length - 1; index >= 0; index--) {
    positions[index] = position;
    position = predecessors[position]!;
  }
  return positions;
}

function countBelow(values: readonly number[], ends: readonly number[], value: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[ends[middle]!]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
