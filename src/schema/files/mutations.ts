import { filesUpsert } from '../../resolvers/files/files-upsert.ts';
import { builder } from '../builder.ts';
import { bulkPayload } from '../bulk-payload.ts';
import { readId, readItemIds } from '../ids.ts';
import { atomicField, keyField, sourceField } from '../input-fields.ts';
import { writeMutation } from '../write-mutation.ts';
import { CaseFile } from './case-file.ts';

const FileInput = builder.inputType('FileInput', {
  description: 'Matched by id, else onedriveFileId, else storageKey, else checksum within the case.',
  fields: (t) => ({
    id: t.id(),
    category: t.string(),
    filename: t.string({ required: true }),
    mime: t.string(),
    sizeBytes: t.int(),
    checksum: t.string(),
    storageKey: t.string(),
    onedriveFileId: t.string(),
    onedriveWebUrl: t.string(),
  }),
});

const FilesUpsertInput = builder.inputType('FilesUpsertInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    atomic: atomicField(t),
    files: t.field({ type: [FileInput], required: true }),
    source: sourceField(t),
  }),
});

const FilesUpsertPayload = bulkPayload('FilesUpsertPayload', {
  item: 'FileUpsertItem',
  field: 'file',
  node: CaseFile,
  read: (context, query) => context.operation.scope.prisma.doc.findMany(query),
});

writeMutation('filesUpsert', {
  description: 'Gateway files.upsert. Registers files of a case, or brings what is known of them up to date.',
  input: FilesUpsertInput,
  payload: FilesUpsertPayload,
  run: (caller, input) =>
    filesUpsert(caller, {
      ...input,
      caseId: readId(input.caseId, 'Case', ['input', 'caseId']),
      files: readItemIds(input.files, 'CaseFile', ['input', 'files']),
    }),
});
