import { Actor } from '../actor.ts';
import { builder } from '../builder.ts';
import { helperJson } from './helper-json.ts';

export const HelperDraft = builder.prismaObject('CaseHelperDraft', {
  name: 'HelperDraft',
  description: 'Autosaved work that is not a version yet; one per case and user.',
  select: { id: true },
  fields: (t) => ({
    baseVersion: t.exposeInt('baseVersion', { description: 'The version it was made from.' }),
    helperJson: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The whole draft, or what a JSON Pointer (RFC 6901) names in it; null where it names nothing.',
      args: { pointer: t.arg.string() },
      resolve: (row, { pointer }, { operation }) => helperJson(operation, 'case_helper_drafts', row.id, pointer ?? ''),
    }),
    savedAt: t.expose('savedAt', { type: 'DateTime' }),
    savedBy: t.field({ type: Actor, nullable: true, select: { userId: true }, resolve: (row) => `USER:${row.userId}` }),
  }),
});
