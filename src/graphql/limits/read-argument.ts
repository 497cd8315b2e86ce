import { type GraphQLArgument, Kind, type ValueNode, type VariableDefinitionNode, valueFromASTUntyped } from 'graphql';

/** Variables as they were sent, before they are checked. */
export type Variables = Readonly<Record<string, unknown>> | null | undefined;

export type ReadValue = (variables: Variables) => unknown;

/**
 * The value that an argument will have, whether it stands in the document, in a variable or in a default, without
 * coercing the variables, among which whole helpers are. A value that does not fit is refused when the operation is run.
 */
export function readArgument(
  node: ValueNode,
  { defaultValue }: Pick<GraphQLArgument, 'defaultValue'>,
  definitions: readonly VariableDefinitionNode[],
): ReadValue {
  const read = readNode(node, definitions);
  return (variables) => {
    const value = read(variables);
    return value === undefined ? defaultValue : value;
  };
}

function readNode(node: ValueNode, definitions: readonly VariableDefinitionNode[]): ReadValue {
  switch (node.kind) {
    case Kind.VARIABLE: {
      const name = node.name.value;
      const byDefault = definitions.find(({ variable }) => variable.name.value === name)?.defaultValue;
      const otherwise = byDefault && valueFromASTUntyped(byDefault);
      return (variables) => {
        const sent = variables && Object.hasOwn(variables, name) ? variables[name] : undefined;
        // A null that was sent is a null; only what was not sent has its default.
        return sent === undefined ? otherwise : sent;
      };
    }
    case Kind.OBJECT: {
      const members = node.fields.map(({ name, value }) => [name.value, readNode(value, definitions)] as const);
      return (variables) => Object.fromEntries(members.map(([name, read]) => [name, read(variables)]));
    }
    // Only its length is ever asked for.
    case Kind.LIST:
      return () => node.values;
    default: {
      const value = valueFromASTUntyped(node);
      return () => value;
    }
  }
}
