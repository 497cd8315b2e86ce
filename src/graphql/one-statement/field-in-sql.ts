import { type GraphQLField, type GraphQLObjectType, getNamedType, getNullableType, isListType } from 'graphql';
import { base64url, type InSql, instantText, type ValueInSql } from '../../schema/in-sql.ts';

/** Columns of these types are in JSON what GraphQL makes of them. */
const PLAIN = new Set(['String', 'Int', 'Boolean', 'UUID', 'JSON']);

const known = new WeakMap<GraphQLField<unknown, unknown>, Map<string, InSql | null>>();

/**
 * How SQL answers a field: as it says itself, or as follows from what it is: a column that is shown as it is, or the id
 * of a row. Null for a field that only its resolver answers.
 */
export function fieldInSql(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): InSql | null {
  const ofTypes = known.get(field) ?? new Map<string, InSql | null>();
  known.set(field, ofTypes);
  let found = ofTypes.get(type.name);
  if (found === undefined) {
    found = (field.extensions.inSql as InSql | undefined) ?? inferInSql(type, field);
    ofTypes.set(type.name, found);
  }
  return found;
}

function inferInSql(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): ValueInSql | null {
  if (!type.extensions.pothosPrismaModel) return null;
  if (field.name === 'id' && getNamedType(field.type).name === 'ID')
    return { value: (row) => base64url(`'${type.name}:' || ${row}.id`) };
  const exposed = field.extensions.pothosExposedField as string | undefined;
  if (exposed === undefined) return null;
  const column = exposed.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const name = getNamedType(field.type).name;
  if (PLAIN.has(name)) return { value: (row) => `${row}.${column}` };
  if (name === 'DateTime' && !isListType(getNullableType(field.type)))
    return { value: (row) => instantText(`${row}.${column}`) };
  return null;
}
