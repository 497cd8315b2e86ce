import type { Scope } from '../../db/scope.ts';
import { VersionConflict } from '../../resolvers/cases/version-conflict.ts';
import type { HelperWriteResult } from '../../resolvers/cases/write-version.ts';
import { builder } from '../builder.ts';
import { IN_THE_SAVED_ROW } from '../same-for-all.ts';
import { type WritePayload, WritePayloadInterface } from '../write-payload.ts';
import { Case } from './case.ts';
import { CaseHelper } from './case-helper.ts';
import { HelperConflict } from './helper-conflict.ts';
import { HelperDraft } from './helper-draft.ts';

export const CaseUpsertPayload = builder.objectRef<WritePayload>('CaseUpsertPayload').implement({
  interfaces: [WritePayloadInterface],
  fields: (t) => ({
    case: t.prismaField({
      type: Case,
      nullable: true,
      resolve: (query, payload, _, context) => caseOf(query, payload, context),
    }),
  }),
});

export const CaseHelperWritePayload = builder
  .objectRef<WritePayload<HelperWriteResult>>('CaseHelperWritePayload')
  .implement({
    interfaces: [WritePayloadInterface],
    fields: (t) => ({
      case: t.prismaField({
        type: Case,
        nullable: true,
        resolve: (query, payload, _, context) => caseOf(query, payload, context),
      }),
      helper: t.prismaField({
        type: CaseHelper,
        nullable: true,
        extensions: IN_THE_SAVED_ROW,
        description: 'The version that was saved, or the current one where nothing had to be.',
        resolve: (query, payload, _, { operation }) => {
          if (!payload.result?.helperId) return null;
          const { helperId, saved } = payload.result;
          // Fields beside those of the row had a read scope opened for them.
          if (saved && !operation.isReading) return saved as never;
          return operation.scope.prisma.caseHelper.findUnique({ ...query, where: { id: helperId } });
        },
      }),
      conflict: t.field({
        type: HelperConflict,
        nullable: true,
        resolve: ({ refusal }) => {
          if (!(refusal instanceof VersionConflict)) return null;
          const { currentId } = refusal.details;
          return currentId ? { ...refusal.details, currentId } : null;
        },
      }),
    }),
  });

export const CaseHelperDraftPayload = builder.objectRef<WritePayload>('CaseHelperDraftPayload').implement({
  interfaces: [WritePayloadInterface],
  fields: (t) => ({
    draft: t.prismaField({
      type: HelperDraft,
      nullable: true,
      resolve: (query, payload, _, { operation }) =>
        payload.result?.caseId
          ? operation.scope.prisma.caseHelperDraft.findFirst({ ...query, where: { caseId: payload.result.caseId } })
          : null,
    }),
  }),
});

/** The case a payload is about: the one written to, or the one the conflict is in. */
function caseOf(query: object, payload: WritePayload, { operation }: { operation: { scope: Scope } }) {
  const conflict = payload.refusal instanceof VersionConflict ? payload.refusal.details.caseId : null;
  const caseId = payload.result?.caseId ?? conflict;
  return caseId ? operation.scope.prisma.case.findUnique({ ...query, where: { id: caseId } }) : null;
}
