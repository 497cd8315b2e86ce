import type { JsonValue } from '../../json/json-value.ts';
import {
  ONEDRIVE_FILE_TYPES,
  ONEDRIVE_SYNC_STATUSES,
  type OnedriveFileType,
  type OnedriveSyncStatus,
  SYNCS_OF_CASE,
  SYNCS_OF_ORG,
  syncConditions,
} from '../../resolvers/files/onedrive-sync-upsert.ts';
import { builder } from '../builder.ts';
import { AnyCase } from '../cases/any-case.ts';
import { Case } from '../cases/case.ts';
import { describedValues } from '../enums.ts';
import { loadRows, rowConnection } from '../row-connection.ts';
import { stampFields } from '../stamp-fields.ts';

export const OnedriveFileTypeEnum = builder.enumType('OnedriveFileType', {
  values: describedValues(ONEDRIVE_FILE_TYPES),
});
export const OnedriveSyncStatusEnum = builder.enumType('OnedriveSyncStatus', {
  values: describedValues(ONEDRIVE_SYNC_STATUSES),
});

export const OnedriveSync = builder.prismaNode('OnedriveSync', {
  name: 'OnedriveSync',
  description: 'The copy of one file of a case to OneDrive: to be made, made, or failed.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    fileType: t.field({
      type: OnedriveFileTypeEnum,
      select: { fileType: true },
      resolve: (row) => row.fileType as OnedriveFileType,
    }),
    supabasePath: t.exposeString('supabasePath', { description: 'Where the file lies in the storage bucket.' }),
    onedrivePath: t.exposeString('onedrivePath', { nullable: true }),
    onedriveItemId: t.exposeString('onedriveItemId', { nullable: true }),
    syncStatus: t.field({
      type: OnedriveSyncStatusEnum,
      select: { syncStatus: true },
      resolve: (row) => row.syncStatus as OnedriveSyncStatus,
    }),
    errorDetails: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Why the last try failed; gone once the copy is made.',
      select: { errorDetails: true },
      resolve: (row) => row.errorDetails as JsonValue,
    }),
    lastSyncedAt: t.expose('lastSyncedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last copied: when it became SYNCED, unless the writer said otherwise.',
    }),
    ...stampFields(t),
    case: t.relation('case', { type: AnyCase }),
  }),
});

const OnedriveSyncConnection = rowConnection(OnedriveSync, 'OnedriveSync', 'Copies that fit the filter');

const OnedriveSyncFilter = builder.inputType('OnedriveSyncFilter', {
  description: 'All that is given must hold.',
  fields: (t) => ({
    status: t.field({ type: OnedriveSyncStatusEnum }),
    fileType: t.field({ type: OnedriveFileTypeEnum }),
  }),
});

builder.prismaObjectField(Case, 'onedriveSyncs', (t) =>
  t.field({
    type: OnedriveSyncConnection,
    description: 'Copies of the files of the case to OneDrive, newest first.',
    args: { ...t.arg.connectionArgs(), status: t.arg({ type: OnedriveSyncStatusEnum }) },
    resolve: (row, args, context, info) =>
      loadRows(context, info, {
        list: SYNCS_OF_CASE,
        parent: [row.orgId, row.id],
        args,
        where: syncConditions(args),
        typeName: 'OnedriveSync',
        read: (query) => context.operation.scope.prisma.onedriveSync.findMany(query),
      }),
  }),
);

builder.queryField('onedriveSyncs', (t) =>
  t.field({
    type: OnedriveSyncConnection,
    description:
      'Copies to OneDrive of all cases that you may see, oldest first: what is PENDING is worked off from the top.',
    args: { ...t.arg.connectionArgs(), filter: t.arg({ type: OnedriveSyncFilter }) },
    resolve: (_, args, context, info) =>
      loadRows(context, info, {
        list: SYNCS_OF_ORG,
        parent: [context.operation.scope.orgId],
        args,
        where: syncConditions(args.filter ?? {}),
        typeName: 'OnedriveSync',
        read: (query) => context.operation.scope.prisma.onedriveSync.findMany(query),
      }),
  }),
);
