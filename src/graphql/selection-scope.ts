import {
  type ASTNode,
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { possibleTypes, selectsOnlyMarked } from '../schema/marked-selection.ts';

/** What a subscription's document asks of each event. */
export interface SelectionScope {
  /** Variables that stand in what is selected, apart from the arguments of the subscription itself. */
  readonly variables: readonly string[];
  /** Every selected field is the same for all who may see the event. */
  readonly sameForAll: boolean;
  /** Types of events of which something is selected that has to be read from the database. */
  readonly readsDataOf: ReadonlySet<string>;
}

/** Reads a valid subscription's selection. A field that does not say otherwise depends on the caller, and on the database. */
export function readSelectionScope(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): SelectionScope {
  const { selectionSet } = getOperationAST(document, operationName)!;
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );

  const variables = new Set<string>();
  const collect = (node: ASTNode) => visit(node, { Variable: ({ name }) => void variables.add(name.value) });
  // The arguments of the subscription itself say where it begins: they make no difference to an event.
  for (const root of selectionSet.selections) collect(root.kind === Kind.FIELD ? { ...root, arguments: [] } : root);
  for (const fragment of fragments.values()) collect(fragment);

  const allMarked = (mark: string, type: GraphQLObjectType, selections: SelectionSetNode) =>
    selectsOnlyMarked(schema, fragments, mark, type, selections);

  let sameForAll = true;
  const readsDataOf = new Set<string>();
  for (const root of selectionSet.selections) {
    const field = root.kind === Kind.FIELD ? schema.getSubscriptionType()!.getFields()[root.name.value] : undefined;
    const selected = root.kind === Kind.FIELD ? root.selectionSet : undefined;
    // Every type of event where it can't be told which.
    const events = field ? possibleTypes(schema, getNamedType(field.type)) : allEvents(schema);
    for (const event of events) {
      if (!selected || !allMarked('sameForAll', event, selected)) sameForAll = false;
      if (!selected || !allMarked('inTheEvent', event, selected)) readsDataOf.add(event.name);
    }
  }
  return { variables: [...variables].sort(), sameForAll, readsDataOf };
}

function allEvents(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  return Object.values(schema.getSubscriptionType()!.getFields()).flatMap((field) =>
    possibleTypes(schema, getNamedType(field.type)),
  );
}
