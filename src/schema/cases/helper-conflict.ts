import type { ConflictDetails } from '../../resolvers/cases/version-conflict.ts';
import { Actor } from '../actor.ts';
import { builder } from '../builder.ts';
import { CaseHelper } from './case-helper.ts';

/** Shape: a conflict with a case that has a current version; one without can't have been overtaken. */
export const HelperConflict = builder.objectRef<ConflictDetails & { currentId: string }>('HelperConflict').implement({
  description:
    'Everything a client needs to recover: who saved, what they touched, what both touched, and the newer helper.',
  fields: (t) => ({
    expectedVersion: t.exposeInt('expectedVersion'),
    currentVersion: t.exposeInt('currentVersion'),
    changedPaths: t.stringList({
      description: 'What differs between the two, at most 200 pointers.',
      resolve: (conflict) => [...conflict.changedPaths],
    }),
    conflictingPaths: t.stringList({
      description:
        'What both you and others changed, differently. When it is empty, MERGE_DISJOINT would have merged. For a failed `test` of a patch, its path.',
      resolve: (conflict) => [...conflict.conflictingPaths],
    }),
    savedBy: t.field({ type: Actor, nullable: true, resolve: (conflict) => conflict.savedBy }),
    savedAt: t.field({ type: 'DateTime', resolve: (conflict) => conflict.savedAt! }),
    current: t.prismaField({
      type: CaseHelper,
      resolve: (query, conflict, _, { operation }) =>
        operation.scope.prisma.caseHelper.findUniqueOrThrow({ ...query, where: { id: conflict.currentId } }),
    }),
  }),
});
