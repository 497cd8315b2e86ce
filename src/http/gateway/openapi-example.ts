import {
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
} from 'graphql';

/** Values that are shown for a field of this name wherever it stands, needed or not. */
const SHOWN: Readonly<Record<string, unknown>> = {
  expectedVersion: 1,
  helper: { meta: { plate: '1234567' }, manual_notes: 'as it was told' },
  plate: '12-345-67',
};

const SCALARS: Readonly<Record<string, unknown>> = {
  ID: '6513270e-269e-4d37-b2a7-4de452e6b438',
  UUID: '6513270e-269e-4d37-b2a7-4de452e6b438',
  Int: 1,
  Float: 0.5,
  Boolean: true,
  Decimal: '2240.00',
  Date: '2026-01-31',
  DateTime: '2026-01-31T07:10:00.000Z',
  JSON: {},
};

/** What a caller might begin with: all that an input needs, and little more. */
export function exampleOf(given: GraphQLInputType): unknown {
  const type = getNullableType(given);
  if (isListType(type)) return [exampleOf(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) return SCALARS[String(type)] ?? 'text';
  const shown = Object.values(type.getFields()).filter((field) => isRequiredInputField(field) || field.name in SHOWN);
  return Object.fromEntries(shown.map((field) => [field.name, SHOWN[field.name] ?? exampleOf(field.type)]));
}
