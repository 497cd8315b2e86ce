const MAX_NAMES = 3;

/** The names that are spelled most like `given`, best first; none for a text that resembles nothing. */
export function nearestNames(given: string, names: Iterable<string>): string[] {
  const tolerated = Math.floor(given.length * 0.4) + 1;
  return [...names]
    .map((name) => ({ name, distance: editDistance(given.toLowerCase(), name.toLowerCase(), tolerated) }))
    .filter(({ distance }) => distance <= tolerated)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_NAMES)
    .map(({ name }) => name);
}

/** Letters to insert, remove or replace; texts whose lengths differ by more than `enough` are not compared. */
function editDistance(a: string, b: string, enough: number): number {
  if (Math.abs(a.length - b.length) > enough) return enough + 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
