import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { Refusal } from '../errors.ts';
import type { Context, Operation } from './context.ts';
import { operationName } from './operation-names.ts';

/**
 * Some keys are for some operations only. A field without a name, as node, is none of them.
 * @throws Refusal FORBIDDEN
 */
export function assertMayCall({ identity }: Operation, field: string): void {
  if (identity?.kind !== 'API_KEY' || identity.operations === null) return;
  const name = operationName(field);
  if (name !== null && identity.operations.includes(name)) return;
  throw new Refusal(
    'FORBIDDEN',
    `This API key is not made for ${name ?? field}, but for ${identity.operations.join(', ')}. Ask an administrator for one that is.`,
  );
}

/** The schema, in which queries and subscriptions ask first whether the key is made for them. Mutations ask in writeMutation. */
export function withOperationRights(schema: GraphQLSchema): GraphQLSchema {
  const guarded =
    (name: string, resolve: GraphQLFieldResolver<unknown, Context>): GraphQLFieldResolver<unknown, Context> =>
    (source, args, context, info) => {
      assertMayCall(context.operation, name);
      return resolve(source, args, context, info);
    };
  for (const [name, field] of Object.entries(schema.getQueryType()?.getFields() ?? {}))
    if (field.resolve) field.resolve = guarded(name, field.resolve);
  for (const [name, field] of Object.entries(schema.getSubscriptionType()?.getFields() ?? {}))
    if (field.subscribe) field.subscribe = guarded(name, field.subscribe);
  return schema;
}
