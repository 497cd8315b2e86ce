import type { GraphQLInterfaceType, GraphQLSchema } from 'graphql';
import { ANY_TYPE } from './ids.ts';

export interface NodeId {
  readonly typename: string;
  readonly id: string;
}

/** Rows in the order of their ids, null for none. A bare UUID says no type, so it is looked for in each that has ids. */
export async function findNodes(
  ids: readonly NodeId[],
  schema: GraphQLSchema,
  resolveNodes: (ids: NodeId[]) => Promise<unknown[]>,
): Promise<unknown[]> {
  const types = schema.getPossibleTypes(schema.getType('Node') as GraphQLInterfaceType);
  const candidates = ids.map((id) =>
    id.typename === ANY_TYPE ? types.map(({ name }) => ({ typename: name, id: id.id })) : [id],
  );
  const found = await Promise.all(await resolveNodes(candidates.flat()));
  return candidates.map(({ length }) => found.splice(0, length).find((row) => row != null) ?? null);
}
