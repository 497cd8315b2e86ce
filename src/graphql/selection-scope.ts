import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';

/** What a subscription's document asks of each event. */
export interface SelectionScope {
  /** Variables that stand in what is selected, apart from the arguments of the subscription itself. */
  readonly variables: readonly string[];
  /** Every selected field is the same for all who may see the event. */
  readonly sameForAll: boolean;
}

/** Reads a valid subscription's selection. Anything it does not know is taken to depend on the caller. */
export function readSelectionScope(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): SelectionScope {
  const operation = getOperationAST(document, operationName)!;
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
  const variables = new Set<string>();
  const collect = (node: ASTNode) => visit(node, { Variable: ({ name }) => void variables.add(name.value) });
  // The arguments of the subscription itself say where it begins: they make no difference to an event.
  for (const root of operation.selectionSet.selections)
    collect(root.kind === Kind.FIELD ? { ...root, arguments: [] } : root);
  for (const fragment of fragments.values()) collect(fragment);

  const isSame = (type: GraphQLObjectType, selections: SelectionSetNode): boolean =>
    selections.selections.every((node) => {
      if (node.kind === Kind.FIELD) return isSameField(type, node);
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      if (!fragment) return false;
      const condition = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type;
      return possibleTypes(schema, condition).every((possible) => isSame(possible, fragment.selectionSet));
    });
  const isSameField = (type: GraphQLObjectType, node: FieldNode): boolean => {
    if (node.name.value === '__typename') return true;
    const field = type.getFields()[node.name.value];
    if (field?.extensions.sameForAll !== true) return false;
    return (
      !node.selectionSet ||
      possibleTypes(schema, getNamedType(field.type)).every((possible) => isSame(possible, node.selectionSet!))
    );
  };
  const sameForAll = operation.selectionSet.selections.every((root) => {
    const field = root.kind === Kind.FIELD ? schema.getSubscriptionType()!.getFields()[root.name.value] : undefined;
    if (root.kind !== Kind.FIELD || !field || !root.selectionSet) return false;
    return possibleTypes(schema, getNamedType(field.type)).every((possible) => isSame(possible, root.selectionSet!));
  });
  return { variables: [...variables].sort(), sameForAll };
}

function possibleTypes(schema: GraphQLSchema, type: unknown): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type];
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
}
