// What came from outside is kept in the helper as it came, as the pages of the office have always done: what was read out
// of it wrongly can be read again.
import { Refusal } from '../../errors.ts';
import { isEqualJson } from '../../json/json-equal.ts';
import { getMember, isJsonObject, type JsonObject, type JsonValue, setMember } from '../../json/json-value.ts';

/** The member of a helper that holds the payloads. */
export const RAW_PAYLOADS = 'raw_webhook_data';

export interface RawPayload {
  readonly name: string;
  readonly data: JsonValue;
  readonly receivedAt: Date;
  /** Whether its data were put into the helper besides. */
  readonly processed: boolean;
}

export function isRawPayloads(tokens: readonly string[]): boolean {
  return tokens.length === 1 && tokens[0] === RAW_PAYLOADS;
}

/** The document with one entry more, <NAME>_<milliseconds>. @throws Refusal VALIDATION_FAILED where there is no place for it */
export function keepRawPayload(
  document: JsonObject,
  { name, data, receivedAt, processed }: RawPayload,
): { document: JsonObject; place: readonly string[] } {
  const kept = { ...entriesOf(document) };
  let stamp = receivedAt.getTime();
  // Two of one name in one millisecond: both stay.
  while (Object.hasOwn(kept, `${name}_${stamp}`)) stamp++;
  const key = `${name}_${stamp}`;
  setMember(kept, key, { data, timestamp: receivedAt.toISOString(), processed });
  return { document: { ...document, [RAW_PAYLOADS]: kept }, place: [RAW_PAYLOADS, key] };
}

/** Whether a payload is there already under the name. */
export function hasRawPayload(document: JsonObject, name: string, data: JsonValue): boolean {
  return Object.entries(entriesOf(document)).some(
    ([key, entry]) =>
      key.startsWith(`${name}_`) &&
      /^[0-9]+$/.test(key.slice(name.length + 1)) &&
      isJsonObject(entry) &&
      isEqualJson(getMember(entry, 'data'), data),
  );
}

function entriesOf(document: JsonObject): JsonObject {
  const entries = getMember(document, RAW_PAYLOADS) ?? {};
  if (isJsonObject(entries)) return entries;
  throw new Refusal(
    'VALIDATION_FAILED',
    `/${RAW_PAYLOADS} of the helper is no object, so that the payload can not be kept there. Correct the helper first.`,
    ['input', 'caseId'],
  );
}
