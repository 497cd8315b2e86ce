import SchemaBuilder from '@pothos/core';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin, { resolveNodes } from '@pothos/plugin-relay';
import type { GraphQLResolveInfo } from 'graphql';
import { Refusal } from '../errors.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { RawJson } from '../json/raw-json.ts';
import type { Context } from './context.ts';
import { findNodes, type NodeId } from './find-node.ts';
import type PrismaTypes from './generated/pothos-types.ts';
import { getDatamodel } from './generated/pothos-types.ts';
import { decodeGlobalId, encodeGlobalId } from './ids.ts';

const MAX_NODES = 100;

/** The one builder of the program; domains add to it by being imported in index.ts. */
export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    UUID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    Date: { Input: string; Output: string };
    Decimal: { Input: string; Output: string };
    JSON: { Input: JsonValue; Output: JsonValue | RawJson };
    FeedCursor: { Input: string; Output: string };
  };
}>({
  plugins: [PrismaPlugin, RelayPlugin],
  defaultFieldNullability: false,
  prisma: {
    client: (context) => context.operation.scope.prisma,
    dmmf: getDatamodel(),
    exposeDescriptions: true,
    filterConnectionTotalCount: false,
    onUnusedQuery: null,
  },
  relay: {
    cursorType: 'String',
    encodeGlobalID: (typename, id) => encodeGlobalId(typename, String(id)),
    decodeGlobalID: (globalId) => decodeGlobalId(globalId),
    nodeQueryOptions: {
      description: 'A row of any type by its id; null when there is none, or none that you may see.',
      resolve: async (_, { id }, context, info) =>
        (await findNodes([id], info.schema, (ids) => readNodes(context, info, ids)))[0],
    },
    nodesQueryOptions: {
      description: `Rows by their ids, in the order of the ids; null for each that is not there, or not yours to see. At most ${MAX_NODES}.`,
      resolve: (_, { ids }, context, info) => {
        if (ids.length > MAX_NODES)
          throw new Refusal('VALIDATION_FAILED', `At most ${MAX_NODES} ids in one call.`, ['ids']);
        return findNodes(ids, info.schema, (known) => readNodes(context, info, known)) as never;
      },
    },
    edgesFieldOptions: { nullable: { list: false, items: false } },
    nodeFieldOptions: { nullable: false },
    nodesOnConnection: true,
    nodeTypeOptions: { description: 'What has an id of its own, and can be read again by it.' },
    pageInfoTypeOptions: { description: 'Where a page stands in its list, as Relay defines it.' },
  },
});

builder.queryType({});
builder.mutationType({});
builder.subscriptionType({});

function readNodes(context: object, info: GraphQLResolveInfo, ids: NodeId[]): Promise<unknown[]> {
  return resolveNodes(builder, context, info, ids);
}
