import { builder } from '../builder.ts';
import { AnyCase } from '../cases/any-case.ts';
import { rowConnection } from '../row-connection.ts';
import { stampFields } from '../stamp-fields.ts';

export const CaseFile = builder.prismaNode('Doc', {
  name: 'CaseFile',
  description: 'A document of a case: a licence, a letter, a photo of an invoice. The file itself lies in a store.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    category: t.exposeString('category', { nullable: true }),
    filename: t.exposeString('filename'),
    mime: t.exposeString('mime', { nullable: true, description: 'Media type, as application/pdf.' }),
    sizeBytes: t.exposeInt('sizeBytes', { nullable: true }),
    checksum: t.exposeString('checksum', { nullable: true }),
    storageKey: t.exposeString('storageKey', { nullable: true, description: 'Where it lies in the storage bucket.' }),
    onedriveFileId: t.exposeString('onedriveFileId', { nullable: true }),
    onedriveWebUrl: t.exposeString('onedriveWebUrl', { nullable: true }),
    ...stampFields(t),
    case: t.relation('case', { type: AnyCase }),
  }),
});

export const CaseFileConnection = rowConnection(CaseFile, 'CaseFile', 'Files of the case');
