import { blueprintOf } from '../http/gateway/blueprint.ts';
import { listOperations } from '../http/gateway/operations.ts';
import { schema } from '../schema/index.ts';

export const MAKE_FOLDER = new URL('../../make/', import.meta.url);

/** Subjects that are for people: no API key may run these operations, or none has a use for them. */
const FOR_PEOPLE: ReadonlySet<string> = new Set([
  'api_key',
  'api_keys',
  'member',
  'members',
  'invitation',
  'invitations',
  'org',
  'profile',
  'viewer',
  'feature_flag',
  'dev_test_cases',
  'dev_test_case',
]);
/** A draft is one person's own, and flags are an administrator's to set. */
const OTHERS = /^(case_helper\.draft_\w+|feature_flags\.set)$/;

/** The files of make/: name → text. */
export function listBlueprints(): ReadonlyMap<string, string> {
  const operations = [...listOperations(schema).values()].filter(
    ({ name }) => !FOR_PEOPLE.has(name.split('.')[0]!) && !OTHERS.test(name),
  );
  return new Map(operations.map((one) => [`${one.name}.json`, `${JSON.stringify(blueprintOf(one), null, 2)}\n`]));
}
