/** Where in which log a cursor stands; null for one of a form that is not known here. */
interface FeedPosition {
  readonly log: string;
  readonly seq: number;
}

/** Whether what stands at `cursor` has been seen by who has come to `seen`. */
export function isSeen(cursor: string, seen: string | null): boolean {
  if (seen === null) return false;
  if (cursor === seen) return true;
  const [a, b] = [readPosition(cursor), readPosition(seen)];
  return a !== null && b !== null && a.log === b.log && a.seq <= b.seq;
}

/** base64url of `1|epoch|organisation|number`. */
function readPosition(cursor: string): FeedPosition | null {
  try {
    const text = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    const parts = /^(1\|[^|]+\|[^|]+)\|(\d+)$/.exec(text);
    return parts && { log: parts[1]!, seq: Number(parts[2]) };
  } catch {
    return null;
  }
}
