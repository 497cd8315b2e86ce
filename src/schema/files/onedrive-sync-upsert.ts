import { onedriveSyncUpsert } from '../../resolvers/files/onedrive-sync-upsert.ts';
import { builder } from '../builder.ts';
import { bulkPayload } from '../bulk-payload.ts';
import { readId, readItemIds } from '../ids.ts';
import { atomicField, keyField, sourceField } from '../input-fields.ts';
import { writeMutation } from '../write-mutation.ts';
import { OnedriveFileTypeEnum, OnedriveSync, OnedriveSyncStatusEnum } from './onedrive-syncs.ts';

const OnedriveSyncInput = builder.inputType('OnedriveSyncInput', {
  description:
    'Matched by id, else fileType and supabasePath within the case; a new one needs both, and keeps them. A field that is null or not sent stays as it is.',
  fields: (t) => ({
    id: t.id(),
    fileType: t.field({ type: OnedriveFileTypeEnum }),
    supabasePath: t.string(),
    onedrivePath: t.string(),
    onedriveItemId: t.string(),
    syncStatus: t.field({ type: OnedriveSyncStatusEnum, description: 'PENDING unless given.' }),
    errorDetails: t.field({ type: 'JSON' }),
    lastSyncedAt: t.field({ type: 'DateTime', description: 'Unless given, the time at which it becomes SYNCED.' }),
  }),
});

const OnedriveSyncUpsertInput = builder.inputType('OnedriveSyncUpsertInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    atomic: atomicField(t),
    syncs: t.field({ type: [OnedriveSyncInput], required: true }),
    source: sourceField(t),
  }),
});

const OnedriveSyncUpsertPayload = bulkPayload('OnedriveSyncUpsertPayload', {
  item: 'OnedriveSyncUpsertItem',
  field: 'sync',
  node: OnedriveSync,
  read: (context, query) => context.operation.scope.prisma.onedriveSync.findMany(query),
});

writeMutation('onedriveSyncUpsert', {
  description: "Queues copies of a case's files to OneDrive, and records what became of them.",
  input: OnedriveSyncUpsertInput,
  payload: OnedriveSyncUpsertPayload,
  run: (caller, input) =>
    onedriveSyncUpsert(caller, {
      ...input,
      caseId: readId(input.caseId, 'Case', ['input', 'caseId']),
      syncs: readItemIds(input.syncs, 'OnedriveSync', ['input', 'syncs']).map((sync) => ({
        ...sync,
        lastSyncedAt: sync.lastSyncedAt?.toISOString() ?? null,
      })),
    }),
});
