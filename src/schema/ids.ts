import { Refusal } from '../errors.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

export function encodeGlobalId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`).toString('base64url');
}

/** Stands for a type that is not said: a bare UUID where an id of any type is taken. */
export const ANY_TYPE = '';

/** @throws Refusal VALIDATION_FAILED for what was never an id of this server */
export function decodeGlobalId(globalId: string): { typename: string; id: string } {
  if (isUuid(globalId)) return { typename: ANY_TYPE, id: globalId.toLowerCase() };
  const [typename, id, ...rest] = Buffer.from(globalId, 'base64url').toString().split(':');
  if (typename && id && rest.length === 0 && isUuid(id) && /^[A-Za-z]+$/.test(typename)) {
    // Buffer skips what is no base64; such a text is not an id all the same.
    if (encodeGlobalId(typename, id) === globalId) return { typename, id: id.toLowerCase() };
  }
  throw new Refusal(
    'VALIDATION_FAILED',
    'Not an id of this server. Send the `id` or the `databaseId` you were given.',
    ['id'],
  );
}

/**
 * The UUID behind an argument of type ID, which takes the opaque global id or the row's UUID.
 * @throws Refusal VALIDATION_FAILED naming the field
 */
export function readId(given: string, typename: string, field: readonly string[]): string {
  if (isUuid(given)) return given.toLowerCase();
  const refuse = () =>
    new Refusal(
      'VALIDATION_FAILED',
      `Not the id of a ${typename}. Send its \`id\` or its \`databaseId\` (UUID).`,
      field,
    );
  let decoded: { typename: string; id: string };
  try {
    decoded = decodeGlobalId(given);
  } catch {
    throw refuse();
  }
  if (decoded.typename !== typename) throw refuse();
  return decoded.id;
}

export function readOptionalId(
  given: string | null | undefined,
  typename: string,
  field: readonly string[],
): string | null {
  return given == null ? null : readId(given, typename, field);
}

/** The items of a bulk write with the UUIDs of the rows they name. @throws Refusal VALIDATION_FAILED naming the item */
export function readItemIds<Item extends { id?: string | null | undefined }>(
  items: readonly Item[],
  typename: string,
  field: readonly string[],
): (Item & { id: string | null })[] {
  return items.map((item, index) => ({
    ...item,
    id: readOptionalId(item.id, typename, [...field, String(index), 'id']),
  }));
}
