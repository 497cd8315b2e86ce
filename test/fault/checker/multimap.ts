/** What a map keeps under a key, made where there is nothing yet. */
export function valueAt<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** Adds to the list that a map keeps under a key. */
export function put<Key, T>(lists: Map<Key, T[]>, key: Key, item: T): void {
  valueAt(lists, key, () => []).push(item);
}
