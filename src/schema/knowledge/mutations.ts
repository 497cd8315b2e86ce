import { type KbWriteResult, kbAdd } from '../../resolvers/knowledge/kb-add.ts';
import { builder } from '../builder.ts';
import { keyField } from '../input-fields.ts';
import { writeMutation } from '../write-mutation.ts';
import { type WritePayload, WritePayloadInterface } from '../write-payload.ts';
import { KbDoc } from './kb-doc.ts';

const KbAddInput = builder.inputType('KbAddInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    title: t.string({ required: true, description: 'At most 500 characters.' }),
    body: t.string({ required: true, description: 'The text, at most 100,000 characters.' }),
    source: t.string({ description: 'Where it comes from: a link, a book, a person. At most 1,000 characters.' }),
    lang: t.string({ defaultValue: 'he', description: 'Code of its language, of two or three letters.' }),
    tags: t.stringList({ description: 'At most 50, of at most 100 characters each; empty ones are left out.' }),
  }),
});

const KbAddPayload = builder.objectRef<WritePayload<KbWriteResult>>('KbAddPayload').implement({
  interfaces: [WritePayloadInterface],
  fields: (t) => ({
    doc: t.prismaField({
      type: KbDoc,
      nullable: true,
      description: 'The document, new or as it was there.',
      resolve: (query, payload, _, { operation }) =>
        payload.result
          ? operation.scope.prisma.kbDoc.findUnique({ ...query, where: { id: payload.result.docId } })
          : null,
    }),
  }),
});

writeMutation('kbAdd', {
  description:
    'Gateway kb.add. Adds a document to the knowledge hub. One with the same title, source, language and text is kept once: EXISTING, or UPDATED where you send tags it did not have.',
  input: KbAddInput,
  payload: KbAddPayload,
  run: kbAdd,
});
