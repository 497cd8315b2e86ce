import { GraphQLObjectType, GraphQLSchema, GraphQLString, parse } from 'graphql';
import type { EventExecutorOptions, SubscriptionEvent } from '../../src/graphql/event-executor.ts';
import type { SharedResults } from '../../src/graphql/shared-results.ts';
import { createLogger } from '../../src/log.ts';
import type { Operation } from '../../src/schema/context.ts';
import { SAME_FOR_ALL } from '../../src/schema/same-for-all.ts';

/** What a field that reads data does for an event, and in which of the subscriber's scopes, counted from 1. */
export type Read = (event: SubscriptionEvent, scope: number) => Promise<string>;

/** A subscriber of events that are the same for all, the scopes it has opened, and what may change its access. */
export function subscriberOptions(shared: SharedResults, read: Read) {
  const scopes = { opened: 0, open: 0 };
  const hub = { accessGeneration: 0 };
  const operation = {
    audience: 'anybody',
    requestId: 'r',
    hub,
    forEvent: () => {
      let number = 0;
      return {
        requestId: 'r',
        openRead: async () => {
          if (number > 0) return;
          number = ++scopes.opened;
          scopes.open++;
        },
        closeRead: async () => {
          if (number > 0) scopes.open--;
        },
        get number() {
          return number;
        },
      };
    },
  };
  const Saved = new GraphQLObjectType({
    name: 'HelperVersionSaved',
    fields: {
      text: {
        type: GraphQLString,
        extensions: SAME_FOR_ALL,
        resolve: (event, _, { operation }) => read(event, operation.number),
      },
    },
  });
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { a: { type: GraphQLString } } }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: { changed: { type: Saved, resolve: (event) => event } },
    }),
  });
  const options: EventExecutorOptions = {
    args: { schema, document: DOCUMENT, contextValue: {} },
    operation: operation as unknown as Operation,
    shared,
    log: createLogger('silent'),
  };
  return { options, scopes, hub };
}

const DOCUMENT = parse('subscription { changed { text } }');
export function saved(version: number): SubscriptionEvent {
  const ids = { cursor: `c${version}`, caseId: 'c', helperId: 'h' };
  return { type: 'HelperVersionSaved', ...ids, version, previousVersion: version - 1, shared: true };
}

export const versionOf = (event: SubscriptionEvent) => ('version' in event ? event.version : 0);
export const tellVersion: Read = async (event) => `v${versionOf(event)}`;
export const told = (version: number) => ({ data: { changed: { text: `v${version}` } } });
