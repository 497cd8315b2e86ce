import { imagesUpsert } from '../../resolvers/files/images-upsert.ts';
import { builder } from '../builder.ts';
import { bulkPayload } from '../bulk-payload.ts';
import { readId, readItemIds } from '../ids.ts';
import { atomicField, keyField, sourceField } from '../input-fields.ts';
import { writeMutation } from '../write-mutation.ts';
import { Image } from './images.ts';

const ImageInput = builder.inputType('ImageInput', {
  description: 'Matched by id, else originalKey within the case. A field that is null or not sent stays as it is.',
  fields: (t) => ({
    id: t.id(),
    filename: t.string(),
    category: t.string(),
    originalKey: t.string(),
    processedKey: t.string(),
    displayOrder: t.int(),
    damageCenterCode: t.string({
      description:
        'Id of a damage centre of the helper. It is kept as it is sent: a centre may be in a draft before any version has it.',
    }),
    recognizedPart: t.string(),
    recognizedDamage: t.string(),
    confidence: t.field({ type: 'Decimal', description: 'From 0 to 1, as "0.93".' }),
    onedriveFileId: t.string(),
    onedriveWebUrl: t.string(),
    meta: t.field({ type: 'JSON' }),
    deleted: t.boolean({ description: 'true puts it aside, false brings it back.' }),
  }),
});

const ImagesUpsertInput = builder.inputType('ImagesUpsertInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    atomic: atomicField(t),
    images: t.field({ type: [ImageInput], required: true }),
    source: sourceField(t),
  }),
});

const ImagesUpsertPayload = bulkPayload('ImagesUpsertPayload', {
  item: 'ImageUpsertItem',
  field: 'image',
  node: Image,
  read: (context, query) => context.operation.scope.prisma.image.findMany(query),
});

writeMutation('imagesUpsert', {
  description:
    'Registers images of a case, orders and labels them, puts them aside (deleted: true) or brings them back (deleted: false).',
  input: ImagesUpsertInput,
  payload: ImagesUpsertPayload,
  run: (caller, input) =>
    imagesUpsert(caller, {
      ...input,
      caseId: readId(input.caseId, 'Case', ['input', 'caseId']),
      images: readItemIds(input.images, 'Image', ['input', 'images']),
    }),
});
