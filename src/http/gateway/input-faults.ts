import { coerceInputValue, type GraphQLInputType, getNullableType, isInputObjectType, isListType } from 'graphql';
import type { ErrorCode } from '../../errors.ts';

/** What is wrong with a part of a request. */
export interface InputFault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field: readonly string[];
}

/** More would help nobody, and a bulk of 10,000 rows of one mistake has 10,000. */
const MAX_FAULTS = 20;

/** What keeps a value from being an input of the type; empty when nothing does. Unknown fields first: they are typing errors. */
export function findInputFaults(value: unknown, type: GraphQLInputType, path: readonly string[]): InputFault[] {
  const unknown = findUnknown(value, type, path);
  if (unknown.length > 0) return unknown;
  const faults: InputFault[] = [];
  coerceInputValue(value, type, (inner, _, error) => {
    if (faults.length < MAX_FAULTS) faults.push(faultAt([...path, ...inner.map(String)], error.message));
  });
  return faults;
}

/** The fault of a name that there is none of, with the names that there are. */
export function unknownName(what: string, name: string, known: readonly string[], path: readonly string[]): InputFault {
  const those = known.length > 0 ? `There are: ${[...known].sort().join(', ')}.` : 'It takes none.';
  return faultAt([...path, name], `There is no ${what} "${name.slice(0, 100)}". ${those}`);
}

export function faultAt(field: readonly string[], message: string): InputFault {
  return { code: 'VALIDATION_FAILED', message, field };
}

function findUnknown(value: unknown, given: GraphQLInputType, path: readonly string[]): InputFault[] {
  const type = getNullableType(given);
  if (isListType(type)) {
    if (!Array.isArray(value)) return value == null ? [] : findUnknown(value, type.ofType, path);
    const found: InputFault[] = [];
    for (const [index, item] of value.entries()) {
      if (found.length >= MAX_FAULTS) break;
      found.push(...findUnknown(item, type.ofType, [...path, String(index)]));
    }
    return found.slice(0, MAX_FAULTS);
  }
  if (!isInputObjectType(type) || typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const fields = type.getFields();
  return Object.entries(value)
    .flatMap(([name, member]) => {
      const field = fields[name];
      if (!field) return [unknownName('field', name, Object.keys(fields), path)];
      return findUnknown(member, field.type, [...path, name]);
    })
    .slice(0, MAX_FAULTS);
}
