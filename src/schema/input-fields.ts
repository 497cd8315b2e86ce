import type { builder } from './builder.ts';
import { WriteSourceEnum } from './enums.ts';

type InputFields = PothosSchemaTypes.InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>;

/** Fields that inputs of writes have in common, so that each says the same of them. */
export function keyField(t: InputFields) {
  return t.string({
    description:
      '8 to 255 characters that name this write. The same key with the same arguments writes once, however often it is sent within 30 days.',
  });
}

export function sourceField(t: InputFields) {
  return t.field({
    type: WriteSourceEnum,
    description: 'Where the write comes from; UI for users and API for others unless given.',
  });
}

export function atomicField(t: InputFields) {
  return t.boolean({
    defaultValue: true,
    description: 'true: one bad item refuses all. false: each item stands alone, and the good ones are written.',
  });
}
