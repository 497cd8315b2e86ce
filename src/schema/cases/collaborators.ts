import {
  type CaseShareResult,
  COLLABORATOR_ROLES,
  COLLABORATORS_OF_CASE,
  type CollaboratorRole,
  caseShare,
} from '../../resolvers/cases/case-share.ts';
import { caseUnshare } from '../../resolvers/cases/case-unshare.ts';
import { Actor } from '../actor.ts';
import { builder } from '../builder.ts';
import { describedValues } from '../enums.ts';
import { readId } from '../ids.ts';
import { keyField } from '../input-fields.ts';
import { loadRows, rowConnection } from '../row-connection.ts';
import { writeMutation } from '../write-mutation.ts';
import { type WritePayload, WritePayloadInterface } from '../write-payload.ts';
import { Case } from './case.ts';

const CollaboratorRoleEnum = builder.enumType('CollaboratorRole', {
  description: "What a case is shared as. It never adds a verb that the member's own role lacks.",
  values: describedValues(COLLABORATOR_ROLES),
});

const CaseCollaborator = builder.prismaNode('CaseCollaborator', {
  description: 'A member with whom a case is shared. The share ends with the membership.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    userId: t.expose('userId', { type: 'UUID' }),
    user: t.field({ type: Actor, select: { userId: true }, resolve: (row) => `USER:${row.userId}` }),
    role: t.field({
      type: CollaboratorRoleEnum,
      select: { role: true },
      resolve: (row) => row.role as CollaboratorRole,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

const CaseCollaboratorConnection = rowConnection(
  CaseCollaborator,
  'CaseCollaborator',
  'Members the case is shared with',
);

builder.prismaObjectField(Case, 'collaborators', (t) =>
  t.field({
    type: CaseCollaboratorConnection,
    description: 'With whom the case is shared, newest first.',
    args: t.arg.connectionArgs(),
    resolve: (row, args, context, info) =>
      loadRows(context, info, {
        list: COLLABORATORS_OF_CASE,
        parent: [row.orgId, row.id],
        args,
        typeName: 'CaseCollaborator',
        read: (query) => context.operation.scope.prisma.caseCollaborator.findMany(query),
      }),
  }),
);

const CaseSharePayload = builder.objectRef<WritePayload<CaseShareResult>>('CaseSharePayload').implement({
  interfaces: [WritePayloadInterface],
  fields: (t) => ({
    case: t.prismaField({
      type: Case,
      nullable: true,
      resolve: (query, { result }, _, { operation }) =>
        result && operation.scope.prisma.case.findUnique({ ...query, where: { id: result.caseId } }),
    }),
    collaborator: t.prismaField({
      type: CaseCollaborator,
      nullable: true,
      description: 'Null where the share was taken back.',
      resolve: (query, { result }, _, { operation }) =>
        result &&
        operation.scope.prisma.caseCollaborator.findUnique({
          ...query,
          where: { caseId_userId: { caseId: result.caseId, userId: result.userId } },
        }),
    }),
  }),
});

const CaseShareInput = builder.inputType('CaseShareInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    userId: t.field({ type: 'UUID', required: true, description: 'A member of the organisation of the case.' }),
    role: t.field({ type: CollaboratorRoleEnum, defaultValue: 'EDITOR' }),
  }),
});

const CaseUnshareInput = builder.inputType('CaseUnshareInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    userId: t.field({ type: 'UUID', required: true }),
  }),
});

writeMutation('caseShare', {
  description:
    'Shares a case with a member of its organisation, or changes what it is shared with him as. Needs case.share.',
  input: CaseShareInput,
  payload: CaseSharePayload,
  run: (caller, input) => caseShare(caller, ofCase(input)),
});

writeMutation('caseUnshare', {
  description:
    'Takes a share back, at once: his subscriptions to the case end. Taking it back twice is no mistake. Needs case.share.',
  input: CaseUnshareInput,
  payload: CaseSharePayload,
  run: (caller, input) => caseUnshare(caller, ofCase(input)),
});

/** The input with the case's UUID for whichever id was sent. */
function ofCase<Input extends { caseId: string }>(input: Input): Input {
  return { ...input, caseId: readId(input.caseId, 'Case', ['input', 'caseId']) };
}
