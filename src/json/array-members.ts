// Members of the helper's arrays are things with an identity: a damage centre, a part, an invoice. Matching them by it
// lets one user insert a centre while another edits the next one.
import { getMember, isJsonObject, type JsonValue } from './json-value.ts';

type Identity = string | number;

/** In order of preference. */
const IDENTITY_KEYS = ['Id', 'id', 'row_uuid', 'uuid'] as const;

/** The key under which every member of every array carries an identity unique in its array, if there is one. */
export function findIdentityKey(...arrays: JsonValue[][]): string | undefined {
  return IDENTITY_KEYS.find((key) => arrays.every((array) => indexByIdentity(array, key) !== null));
}

/** Identity → index, in the array's order; null when a member has none or shares it. */
export function indexByIdentity(array: JsonValue[], key: string): Map<Identity, number> | null {
  const indexes = new Map<Identity, number>();
  for (const [index, member] of array.entries()) {
    const identity = isJsonObject(member) ? getMember(member, key) : undefined;
    // An empty id is a form that forgot to set one (it happened with row_uuid), not an identity.
    if ((typeof identity !== 'string' && typeof identity !== 'number') || identity === '') return null;
    if (indexes.has(identity)) return null;
    indexes.set(identity, index);
  }
  return indexes;
}

/**
 * The order of a merged array: theirs, or ours when only ours moved members about. Members that only the other side has
 * added follow the member they stand behind there, after anything the leading side has added in the same gap.
 * Includes members that one side has deleted; leaving them out is the caller's business.
 */
export function mergedOrder(base: Identity[], ours: Identity[], theirs: Identity[]): Identity[] {
  const inBase = new Set(base);
  const inOurs = new Set(ours);
  const inTheirs = new Set(theirs);
  const inAll = (id: Identity) => inBase.has(id) && inOurs.has(id) && inTheirs.has(id);
  const keptInBase = base.filter(inAll);
  const oursMoved = !isSameSequence(keptInBase, ours.filter(inAll));
  const theirsMoved = !isSameSequence(keptInBase, theirs.filter(inAll));
  const [leading, other] = oursMoved && !theirsMoved ? [ours, theirs] : [theirs, ours];
  return interleave(leading, other, inBase);
}

function interleave(leading: Identity[], other: Identity[], inBase: Set<Identity>): Identity[] {
  const inLeading = new Set(leading);
  const inOther = new Set(other);
  const front: Identity[] = [];
  const followers = new Map<Identity, Identity[]>();
  let gap = front;
  for (const id of other) {
    if (inLeading.has(id)) {
      gap = [];
      followers.set(id, gap);
    } else if (!inBase.has(id)) {
      gap.push(id);
    }
  }

  const merged: Identity[] = [];
  let waiting = front;
  for (const id of leading) {
    const isOwnAddition = !inBase.has(id) && !inOther.has(id);
    if (!isOwnAddition) {
      for (const follower of waiting) merged.push(follower);
      waiting = followers.get(id) ?? [];
    }
    merged.push(id);
  }
  return merged.concat(waiting);
}

function isSameSequence(a: Identity[], b: Identity[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
