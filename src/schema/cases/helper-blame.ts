import { type HelperBlame as Blame, caseHelperBlame } from '../../resolvers/cases/case-helper-blame.ts';
import { Actor } from '../actor.ts';
import { builder } from '../builder.ts';
import { WriteSourceEnum } from '../enums.ts';
import { readId } from '../ids.ts';

const HelperBlame = builder.objectRef<Blame>('HelperBlame').implement({
  description: 'The version that last wrote the value at a path.',
  fields: (t) => ({
    pointer: t.exposeString('pointer', { description: 'As it was asked for.' }),
    version: t.exposeInt('version', {
      description:
        'The newest whose value there differs from the version before; for what is gone, the one that removed it.',
    }),
    savedBy: t.field({ type: Actor, nullable: true, resolve: (blame) => blame.savedBy }),
    savedAt: t.expose('savedAt', { type: 'DateTime' }),
    source: t.field({ type: WriteSourceEnum, resolve: (blame) => blame.source }),
  }),
});

builder.queryField('caseHelperBlame', (t) =>
  t.field({
    type: [HelperBlame],
    description:
      'Who last wrote the value at each of up to 50 JSON Pointers, in their order. A pointer that never named anything is left out. Members of arrays are followed by index.',
    args: { caseId: t.arg.id({ required: true }), pointers: t.arg.stringList({ required: true }) },
    resolve: (_, { caseId, pointers }, { operation }) =>
      caseHelperBlame(operation.scope, readId(caseId, 'Case', ['caseId']), pointers),
  }),
);
