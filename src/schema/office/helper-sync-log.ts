import type { JsonValue } from '../../json/json-value.ts';
import {
  helperSyncLogAdd,
  SYNC_DIRECTIONS,
  SYNC_LOG_OF_CASE,
  SYNC_LOG_OF_ORG,
  SYNC_OUTCOMES,
  type SyncDirection,
  type SyncOutcome,
  syncLogConditions,
} from '../../resolvers/office/helper-sync-log-add.ts';
import { builder } from '../builder.ts';
import { bulkPayload } from '../bulk-payload.ts';
import { AnyCase } from '../cases/any-case.ts';
import { Case } from '../cases/case.ts';
import { describedValues } from '../enums.ts';
import { readId } from '../ids.ts';
import { atomicField, keyField, sourceField } from '../input-fields.ts';
import { loadRows, rowConnection } from '../row-connection.ts';
import { stampFields } from '../stamp-fields.ts';
import { writeMutation } from '../write-mutation.ts';

const SyncDirectionEnum = builder.enumType('SyncDirection', { values: describedValues(SYNC_DIRECTIONS) });
const SyncOutcomeEnum = builder.enumType('SyncOutcome', { values: describedValues(SYNC_OUTCOMES) });

const HelperSyncEntry = builder.prismaNode('HelperSyncLog', {
  name: 'HelperSyncEntry',
  description: 'One run of the mirror of a helper: which way, and what became of it. It is never changed.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    syncDirection: t.field({
      type: SyncDirectionEnum,
      select: { syncDirection: true },
      resolve: (row) => row.syncDirection as SyncDirection,
    }),
    syncStatus: t.field({
      type: SyncOutcomeEnum,
      select: { syncStatus: true },
      resolve: (row) => row.syncStatus as SyncOutcome,
    }),
    sectionsSynced: t.exposeStringList('sectionsSynced', {
      description: 'Sections of the helper that arrived, as vehicle or centers.',
    }),
    helperVersion: t.exposeInt('helperVersion', { nullable: true }),
    errorDetails: t.field({
      type: 'JSON',
      nullable: true,
      select: { errorDetails: true },
      resolve: (row) => row.errorDetails as JsonValue,
    }),
    ...stampFields(t),
    case: t.relation('case', { type: AnyCase }),
  }),
});

const HelperSyncEntryConnection = rowConnection(HelperSyncEntry, 'HelperSyncEntry', 'Entries that fit the filter');

const HelperSyncLogFilter = builder.inputType('HelperSyncLogFilter', {
  description: 'All that is given must hold.',
  fields: (t) => ({
    status: t.field({ type: SyncOutcomeEnum }),
    direction: t.field({ type: SyncDirectionEnum }),
  }),
});

builder.prismaObjectField(Case, 'helperSyncLog', (t) =>
  t.field({
    type: HelperSyncEntryConnection,
    description: 'How the helper of the case was mirrored, newest first.',
    args: { ...t.arg.connectionArgs(), status: t.arg({ type: SyncOutcomeEnum }) },
    resolve: (row, args, context, info) =>
      loadRows(context, info, {
        list: SYNC_LOG_OF_CASE,
        parent: [row.orgId, row.id],
        args,
        where: syncLogConditions(args),
        typeName: 'HelperSyncEntry',
        read: (query) => context.operation.scope.prisma.helperSyncLog.findMany(query),
      }),
  }),
);

builder.queryField('helperSyncLog', (t) =>
  t.field({
    type: HelperSyncEntryConnection,
    description: 'How the helpers of all cases that you may see were mirrored, newest first.',
    args: { ...t.arg.connectionArgs(), filter: t.arg({ type: HelperSyncLogFilter }) },
    resolve: (_, args, context, info) =>
      loadRows(context, info, {
        list: SYNC_LOG_OF_ORG,
        parent: [context.operation.scope.orgId],
        args,
        where: syncLogConditions(args.filter ?? {}),
        typeName: 'HelperSyncEntry',
        read: (query) => context.operation.scope.prisma.helperSyncLog.findMany(query),
      }),
  }),
);

const HelperSyncEntryInput = builder.inputType('HelperSyncEntryInput', {
  description: 'Always added: the same entry sent twice without an idempotency key is there twice.',
  fields: (t) => ({
    syncDirection: t.field({ type: SyncDirectionEnum, required: true }),
    syncStatus: t.field({ type: SyncOutcomeEnum, required: true }),
    sectionsSynced: t.stringList(),
    helperVersion: t.int({ description: 'The version that was mirrored.' }),
    errorDetails: t.field({ type: 'JSON' }),
  }),
});

const HelperSyncLogAddInput = builder.inputType('HelperSyncLogAddInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    atomic: atomicField(t),
    entries: t.field({ type: [HelperSyncEntryInput], required: true }),
    source: sourceField(t),
  }),
});

const HelperSyncLogAddPayload = bulkPayload('HelperSyncLogAddPayload', {
  item: 'HelperSyncLogAddItem',
  field: 'entry',
  node: HelperSyncEntry,
  read: (context, query) => context.operation.scope.prisma.helperSyncLog.findMany(query),
});

writeMutation('helperSyncLogAdd', {
  description: 'Records how the helper of a case was mirrored. Entries are added and never changed.',
  input: HelperSyncLogAddInput,
  payload: HelperSyncLogAddPayload,
  run: (caller, input) =>
    helperSyncLogAdd(caller, { ...input, caseId: readId(input.caseId, 'Case', ['input', 'caseId']) }),
});
