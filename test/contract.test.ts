import { readFileSync } from 'node:fs';
import {
  astFromValue,
  buildSchema,
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  print,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../src/schema/index.ts';

const contract = buildSchema(readFileSync(new URL('./contract.graphql', import.meta.url), 'utf8'));

/** Every promise of a schema, as a place and what it says: `Case.helper(version:)` is `Int`. */
function listPromises(of: GraphQLSchema): Map<string, string> {
  const promises = new Map<string, string>();
  const addArgument = (place: string, argument: GraphQLArgument) => {
    const byDefault = astFromValue(argument.defaultValue, argument.type);
    promises.set(place, `${argument.type}${byDefault ? ` = ${print(byDefault)}` : ''}`);
  };
  for (const type of Object.values(of.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    promises.set(type.name, kindOf(type));
    if (isUnionType(type))
      for (const member of type.getTypes()) promises.set(`${type.name} = ${member.name}`, 'member');
    if (isEnumType(type)) for (const { name } of type.getValues()) promises.set(`${type.name}.${name}`, 'value');
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) addArgument(`${type.name}.${field.name}`, field);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name } of type.getInterfaces()) promises.set(`${type.name} implements ${name}`, 'interface');
    for (const field of Object.values(type.getFields())) {
      promises.set(`${type.name}.${field.name}`, String(field.type));
      for (const argument of field.args) addArgument(`${type.name}.${field.name}(${argument.name}:)`, argument);
    }
  }
  return promises;
}

function kindOf(type: GraphQLNamedType): string {
  return type.constructor.name.replace(/^GraphQL(.*)Type$/, '$1');
}

const promised = listPromises(contract);
const served = listPromises(schema);
/** What a promise hangs on: the field of an argument, the type of a field or value. */
function holderOf(place: string): string | null {
  if (place.endsWith(':)')) return place.slice(0, place.indexOf('('));
  return /^(\w+)[. ]/.exec(place)?.[1] ?? null;
}

test('what is served is as the contract says: kinds, types, nullability, defaults', () => {
  const differing = [...promised].filter(([place, type]) => served.has(place) && served.get(place) !== type);
  expect(differing.map(([place, type]) => `${place} is ${served.get(place)}, not ${type}`)).toEqual([]);
});

test('everything the contract promises is served', () => {
  const missing = [...promised.keys()].filter((place) => {
    const holder = holderOf(place);
    return !served.has(place) && (holder === null || served.has(holder));
  });
  expect(missing.sort()).toEqual([]);
});

test('what is served beyond the contract asks nothing of a client that knows only the contract', () => {
  const demanding = [...served].filter(([place, type]) => {
    const holder = holderOf(place);
    if (promised.has(place) || !type.endsWith('!') || holder === null || !promised.has(holder)) return false;
    return place.endsWith(':)') || isInputObjectType(schema.getType(holder));
  });
  expect(demanding).toEqual([]);
});
