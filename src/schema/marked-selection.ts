import {
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** Whether all fields selected of a type, and of what they lead to, carry a mark among their extensions. */
export function selectsOnlyMarked(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  mark: string,
  type: GraphQLObjectType,
  selections: SelectionSetNode,
  /** Selections with the types they have been looked at for: fragments that spread one another twice have no end otherwise. */
  seen: Map<SelectionSetNode, Set<GraphQLObjectType>> = new Map(),
): boolean {
  const types = seen.get(selections) ?? new Set();
  // Whatever is not marked has ended the search where it was met.
  if (types.has(type)) return true;
  seen.set(selections, types.add(type));
  return selections.selections.every((node) => {
    if (node.kind === Kind.FIELD) {
      if (node.name.value === '__typename') return true;
      const field = type.getFields()[node.name.value];
      if (field?.extensions[mark] !== true) return false;
      const inner = node.selectionSet;
      return (
        !inner ||
        possibleTypes(schema, getNamedType(field.type)).every((leadsTo) =>
          selectsOnlyMarked(schema, fragments, mark, leadsTo, inner, seen),
        )
      );
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    if (!fragment) return false;
    const condition = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type;
    return (
      !possibleTypes(schema, condition).includes(type) ||
      selectsOnlyMarked(schema, fragments, mark, type, fragment.selectionSet, seen)
    );
  });
}

/** The object types that a value of a type can have. */
export function possibleTypes(schema: GraphQLSchema, type: unknown): readonly GraphQLObjectType[] {
  if (isAbstractType(type)) return schema.getPossibleTypes(type);
  return isObjectType(type) ? [type] : [];
}

/**
 * Whether anything is selected at a place of a payload beside what the write came to.
 *
 * @param hasRow the write brought back the row it saved
 */
export function readsData({ schema, fragments, fieldNodes, returnType }: GraphQLResolveInfo, hasRow = false): boolean {
  const byName = new Map(Object.entries(fragments));
  const type = getNamedType(returnType) as GraphQLObjectType;
  const mark = hasRow ? 'inTheSavedRow' : 'inThePayload';
  return !fieldNodes.every((node) => selectsOnlyMarked(schema, byName, mark, type, node.selectionSet!));
}
