import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/** What an answer tells of a type. Both the document that asks for it and the schema that describes it are made from this. */
export interface Told {
  readonly type: GraphQLObjectType;
  readonly fields: readonly ToldField[];
}

export interface ToldField {
  readonly field: GraphQLField<unknown, unknown>;
  /** Null for a value without fields. */
  readonly told: Told | null;
}

/** Where fields are told that would be too much, or of no use, everywhere. */
const TOLD_IN: Readonly<Record<string, 'never' | 'reads' | 'reads of one'>> = {
  'Case.draft': 'never',
  'Case.feedCursor': 'reads of one',
  'CaseHelper.helperJson': 'reads of one',
  'KbDoc.body': 'reads',
};

interface Place {
  readonly kind: 'read' | 'write';
  /** The type is the one that was asked for, once. */
  readonly isOne: boolean;
  readonly inNode: boolean;
  readonly above: readonly GraphQLObjectType[];
}

/**
 * What the answer of an operation tells. Values and the value objects in them are told in full. A row (a Node) is told with
 * its own columns and single value objects, but not with other rows or lists in it, which have reads of their own; so an
 * answer stays as large as what was asked for. Lists come as `nodes`, without edges. Writes do not send JSON back.
 */
export function tellAnswer(type: GraphQLObjectType, kind: 'read' | 'write', isList: boolean): Told {
  const place: Place = { kind, isOne: kind === 'read' && !isList, inNode: false, above: [] };
  if (!isConnection(type)) return tell(type, { ...place, inNode: isNode(type) });
  const fields = Object.values(type.getFields()).filter((field) => field.name !== 'edges');
  const rows = { ...place, isOne: false, above: [type] };
  return { type, fields: fields.flatMap((field) => tellField(type, field, rows)) };
}

function tell(type: GraphQLObjectType, place: Place): Told {
  return { type, fields: Object.values(type.getFields()).flatMap((field) => tellField(type, field, place)) };
}

function tellField(parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>, place: Place): ToldField[] {
  const type = getNamedType(field.type);
  if (field.args.some(isRequiredArgument) || !isToldIn(`${parent.name}.${field.name}`, place)) return [];
  if (isLeafType(type)) return type.name === 'JSON' && place.kind === 'write' ? [] : [{ field, told: null }];
  // What an interface or a union stands for is told by fragments, and those make shapes that vary.
  if (!isObjectType(type) || isConnection(type) || [...place.above, parent].includes(type)) return [];
  const isRow = isNode(type);
  if (place.inNode && (isRow || isListType(getNullableType(field.type)))) return [];
  const inside = { ...place, isOne: false, inNode: place.inNode || isRow, above: [...place.above, parent] };
  return [{ field, told: tell(type, inside) }];
}

function isToldIn(name: string, place: Place): boolean {
  const where = TOLD_IN[name];
  return !where || (where !== 'never' && (where === 'reads' ? place.kind === 'read' : place.isOne));
}

function isNode(type: GraphQLObjectType): boolean {
  return type.getInterfaces().some(({ name }) => name === 'Node');
}

function isConnection(type: GraphQLObjectType): boolean {
  return type.name.endsWith('Connection') && 'pageInfo' in type.getFields();
}
