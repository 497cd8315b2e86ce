import { notFound } from '../../errors.ts';
import { describeHelperChange } from '../../resolvers/cases/describe-helper-change.ts';
import { fieldName } from '../../resolvers/columns.ts';
import type {
  CaseHelperChange,
  FeedEvent,
  FeedHeartbeat,
  FeedReady,
  FeedResyncRequired,
  HelperVersionSaved,
} from '../../subscriptions/events.ts';
import { type LogEntry, RESYNC_REASONS } from '../../subscriptions/feed-log.ts';
import { Actor } from '../actor.ts';
import { builder } from '../builder.ts';
import { CaseHelper } from '../cases/case-helper.ts';
import { ChangeKindEnum, describedValues } from '../enums.ts';
import { encodeGlobalId } from '../ids.ts';
import { IN_THE_EVENT, SAME_FOR_ALL } from '../same-for-all.ts';
import { findEntityNode, globalIdOf } from './entities.ts';

const ResyncReasonEnum = builder.enumType('ResyncReason', { values: describedValues(RESYNC_REASONS) });

const FeedReadyType = builder.objectRef<FeedReady>('FeedReady').implement({
  description:
    'First of every subscription: after `cursor` nothing is missed; of `feed` it is the one you sent, or else the newest. `currentVersion` where the subscription is about one case.',
  fields: (t) => ({
    cursor: t.expose('cursor', { type: 'FeedCursor', extensions: IN_THE_EVENT }),
    currentVersion: t.exposeInt('currentVersion', { nullable: true, extensions: IN_THE_EVENT }),
  }),
});

const FeedHeartbeatType = builder.objectRef<FeedHeartbeat>('FeedHeartbeat').implement({
  description: 'Sent when nothing else was for 25 seconds: the connection lives, and the cursor does not grow old.',
  fields: (t) => ({
    cursor: t.expose('cursor', { type: 'FeedCursor', extensions: IN_THE_EVENT }),
    at: t.expose('at', { type: 'DateTime', extensions: IN_THE_EVENT }),
  }),
});

export const FeedResyncRequiredType = builder.objectRef<FeedResyncRequired>('FeedResyncRequired').implement({
  description:
    "The cursor can't be resumed from (too old, from before a database restore, or ahead): refetch, then go on from `cursor`.",
  fields: (t) => ({
    cursor: t.expose('cursor', { type: 'FeedCursor', extensions: IN_THE_EVENT }),
    reason: t.expose('reason', { type: ResyncReasonEnum, extensions: IN_THE_EVENT }),
    currentVersion: t.exposeInt('currentVersion', { nullable: true, extensions: IN_THE_EVENT }),
  }),
});

const HelperVersionSavedType = builder.objectRef<HelperVersionSaved>('HelperVersionSaved').implement({
  description: 'A version of the helper has been saved.',
  fields: (t) => ({
    cursor: t.expose('cursor', { type: 'FeedCursor', extensions: IN_THE_EVENT }),
    version: t.exposeInt('version', { extensions: IN_THE_EVENT }),
    previousVersion: t.exposeInt('previousVersion', {
      extensions: IN_THE_EVENT,
      description: 'The version you were sent before, or began from; version - 1 unless the policy is LATEST.',
    }),
    changedPaths: t.stringList({
      extensions: SAME_FOR_ALL,
      description:
        'JSON Pointers of the places that differ between the two, at most 200. Arrays are compared index by index: behind an inserted member every place differs, where `patch` has one operation.',
      resolve: async (event, _, { operation }) => (await describeHelperChange(operation.scope, event)).changedPaths,
    }),
    patch: t.field({
      type: 'JSON',
      extensions: SAME_FOR_ALL,
      nullable: true,
      description:
        'RFC 6902 from previousVersion to version, tried out before it is sent; members of arrays are matched by their ids where all have one. Null when it would be larger than the helper.',
      resolve: async (event, _, { operation }) => (await describeHelperChange(operation.scope, event)).patch,
    }),
    helper: t.prismaField({
      type: CaseHelper,
      extensions: SAME_FOR_ALL,
      resolve: async (query, event, _, { operation }) => {
        const helper = await operation.scope.prisma.caseHelper.findUnique({ ...query, where: { id: event.helperId } });
        // Seen when the event was read, and taken from the caller since.
        if (!helper) throw notFound('case', ['caseId']);
        return helper;
      },
    }),
  }),
});

/** Shape: an entry of the log with its cursor, as the page and the subscription answer it alike. */
export const FeedChangeType = builder.objectRef<LogEntry & { cursor: string }>('FeedChange').implement({
  description: 'One entry of the change feed: one row written, or several of one table and case in one statement.',
  fields: (t) => ({
    cursor: t.expose('cursor', { type: 'FeedCursor', extensions: IN_THE_EVENT }),
    kind: t.field({ type: ChangeKindEnum, extensions: IN_THE_EVENT, resolve: (entry) => entry.kind }),
    entity: t.exposeString('entity', {
      description: 'Table name, as case_helper or invoices.',
      extensions: IN_THE_EVENT,
    }),
    entityId: t.id({
      extensions: IN_THE_EVENT,
      nullable: true,
      description: 'The row; null for a write of several rows, whose ids `entityIds` lists (at most 100).',
      resolve: (entry) => (entry.entityId ? globalIdOf(entry.entity, entry.entityId) : null),
    }),
    entityIds: t.idList({
      extensions: IN_THE_EVENT,
      resolve: (entry) => entry.entityIds.map((id) => globalIdOf(entry.entity, id)),
    }),
    changedFields: t.stringList({
      extensions: IN_THE_EVENT,
      description: 'Of an update: names of the fields it touched, never what is in them.',
      resolve: (entry) => entry.changedColumns.map(fieldName),
    }),
    caseId: t.id({
      nullable: true,
      extensions: IN_THE_EVENT,
      resolve: (entry) => (entry.caseId ? encodeGlobalId('Case', entry.caseId) : null),
    }),
    version: t.int({
      nullable: true,
      description: 'Of a helper: its version.',
      extensions: IN_THE_EVENT,
      resolve: (entry) => entry.caseVersion,
    }),
    actor: t.field({ type: Actor, nullable: true, resolve: (entry) => entry.actor }),
    requestId: t.exposeString('requestId', { nullable: true, extensions: IN_THE_EVENT }),
    at: t.expose('at', { type: 'DateTime', extensions: IN_THE_EVENT }),
    node: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description: 'The row as it is now; null when it is gone, stands for several, or has no type.',
      resolve: (entry, _, { operation }) => findEntityNode(operation.scope, entry) as never,
    }),
  }),
});

const typeName = (event: { type: string }) => event.type;

export const CaseHelperChangeUnion = builder.unionType('CaseHelperChange', {
  description: 'What `caseHelperChanged` sends.',
  types: [FeedReadyType, HelperVersionSavedType, FeedHeartbeatType, FeedResyncRequiredType],
  resolveType: (event) => typeName(event as CaseHelperChange),
});

export const FeedEventUnion = builder.unionType('FeedEvent', {
  description: 'What `feed` sends.',
  types: [FeedReadyType, FeedChangeType, FeedHeartbeatType, FeedResyncRequiredType],
  resolveType: (event) => typeName(event as unknown as FeedEvent),
});
