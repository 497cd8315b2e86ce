import DataLoader from 'dataloader';
import {
  CASE_EVENT_TYPES,
  type CaseEvent,
  type CaseKey,
  countCaseEvents,
  listCaseEvents,
} from '../../resolvers/cases/list-case-events.ts';
import { fieldName } from '../../resolvers/columns.ts';
import { Actor } from '../actor.ts';
import { builder } from '../builder.ts';
import { ChangeKindEnum } from '../enums.ts';
import { findEntityNode, globalIdOf } from '../feed/entities.ts';
import type { Connection } from '../paging.ts';
import { rowConnection } from '../row-connection.ts';
import { Case } from './case.ts';

const CaseEventType = builder.objectRef<CaseEvent>('CaseEvent').implement({
  description:
    'Something that happened to a case: one row written, or several of one table in one call. Read from the change log, so nothing is missing and nothing can be made up.',
  fields: (t) => ({
    type: t.exposeString('type', {
      description: `What happened, as one of ${CASE_EVENT_TYPES.join(', ')}; anything else is named by its table and kind, as IMAGES_UPDATED.`,
    }),
    at: t.expose('at', { type: 'DateTime' }),
    actor: t.field({ type: Actor, resolve: (event) => event.actor }),
    kind: t.field({ type: ChangeKindEnum, resolve: (event) => event.kind }),
    entity: t.exposeString('entity', { description: 'Table name, as case_helper or invoices.' }),
    entityId: t.id({
      nullable: true,
      description: 'The row; null for a write of several rows, whose ids `entityIds` lists (at most 100).',
      resolve: (event) => (event.entityId ? globalIdOf(event.entity, event.entityId) : null),
    }),
    entityIds: t.idList({ resolve: (event) => event.entityIds.map((id) => globalIdOf(event.entity, id)) }),
    changedFields: t.stringList({
      description: 'Of an update: names of the fields it touched, never what is in them.',
      resolve: (event) => event.changedColumns.map(fieldName),
    }),
    version: t.int({
      nullable: true,
      description: 'Of a saved helper: its version.',
      resolve: (event) => event.caseVersion,
    }),
    node: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description: 'The row as it is now; null when it is gone, stands for several, or has no type.',
      resolve: (event, _, { operation }) => findEntityNode(operation.scope, event) as never,
    }),
  }),
});

const CaseEventConnection = rowConnection(CaseEventType, 'CaseEvent', 'Events that fit');

builder.prismaObjectField(Case, 'timeline', (t) =>
  t.field({
    type: CaseEventConnection,
    description: 'All that happened to the case, newest first.',
    args: {
      ...t.arg.connectionArgs(),
      types: t.arg.stringList({ description: 'Only events of these types, as STATUS_CHANGE or HELPER_SAVED.' }),
    },
    resolve: (row, args, { operation }) => {
      const key = JSON.stringify(args);
      const totals = operation.batch(
        `count timeline ${key}`,
        () => new DataLoader((cases: readonly CaseKey[]) => countCaseEvents(operation.scope, cases, args.types), KEYED),
      );
      const pages = operation.batch(`timeline ${key}`, () => {
        const load = async (cases: readonly CaseKey[]) => {
          const found = await listCaseEvents(operation.scope, cases, args);
          return found.map(({ events, ...sides }, index): Connection<CaseEvent> => {
            const edges = events.map((event) => ({ cursor: event.cursor, node: event }));
            const ends = { startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null };
            return { edges, pageInfo: { ...sides, ...ends }, countTotal: () => totals.load(cases[index]!) };
          });
        };
        return new DataLoader(load, KEYED);
      });
      return pages.load([row.orgId, row.id]);
    },
  }),
);

const KEYED = { cacheKeyFn: (key: CaseKey) => key.join() };
