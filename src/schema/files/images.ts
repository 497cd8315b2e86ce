import type { JsonValue } from '../../json/json-value.ts';
import { IMAGES_OF_CASE, imageConditions } from '../../resolvers/files/images-upsert.ts';
import { builder } from '../builder.ts';
import { AnyCase } from '../cases/any-case.ts';
import { Case } from '../cases/case.ts';
import { loadRows, rowConnection } from '../row-connection.ts';
import { stampFields } from '../stamp-fields.ts';

export const Image = builder.prismaNode('Image', {
  name: 'Image',
  description:
    'A photo of a case: where it lies, where it stands among the others, and what was recognised in it. The picture itself lies in a store.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    filename: t.exposeString('filename', { nullable: true }),
    category: t.exposeString('category', { nullable: true }),
    originalKey: t.exposeString('originalKey', {
      nullable: true,
      description: 'Where it lies in the storage bucket as it was uploaded. Unique in the case.',
    }),
    processedKey: t.exposeString('processedKey', {
      nullable: true,
      description: 'Where its optimised or watermarked copy lies.',
    }),
    displayOrder: t.exposeInt('displayOrder', {
      nullable: true,
      description: 'Its place among the images of the case, smallest first; those without one come last.',
    }),
    damageCenterCode: t.exposeString('damageCenterCode', {
      nullable: true,
      description: 'Id of the damage centre it shows, as /centers holds it in the helper.',
    }),
    recognizedPart: t.exposeString('recognizedPart', { nullable: true }),
    recognizedDamage: t.exposeString('recognizedDamage', { nullable: true }),
    confidence: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'How sure the recognition is, from 0 to 1.',
      select: { confidence: true },
      resolve: (row) => row.confidence?.toString() ?? null,
    }),
    onedriveFileId: t.exposeString('onedriveFileId', { nullable: true }),
    onedriveWebUrl: t.exposeString('onedriveWebUrl', { nullable: true }),
    meta: t.field({ type: 'JSON', nullable: true, select: { meta: true }, resolve: (row) => row.meta as JsonValue }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it has been put aside; null for an image that is shown.',
    }),
    ...stampFields(t),
    case: t.relation('case', { type: AnyCase }),
  }),
});

const ImageConnection = rowConnection(Image, 'Image', 'Images that fit the filter');

builder.prismaObjectField(Case, 'images', (t) =>
  t.field({
    type: ImageConnection,
    description: 'In the order they are shown: by displayOrder, then those without one as they came.',
    args: {
      ...t.arg.connectionArgs(),
      includeDeleted: t.arg.boolean({ defaultValue: false, description: 'Also those that were put aside.' }),
      category: t.arg.string(),
      damageCenterCode: t.arg.string(),
      recognizedPart: t.arg.string(),
    },
    resolve: (row, args, context, info) =>
      loadRows(context, info, {
        list: IMAGES_OF_CASE,
        parent: [row.orgId, row.id],
        args,
        where: imageConditions(args),
        typeName: 'Image',
        read: (query) => context.operation.scope.prisma.image.findMany(query),
      }),
  }),
);
