import type { ApiKeyResult } from '../../resolvers/organisations/api-key-create.ts';
import type { ApiKeyRotateResult } from '../../resolvers/organisations/api-key-rotate.ts';
import { findViewer } from '../../resolvers/organisations/find-viewer.ts';
import type { InvitationResult } from '../../resolvers/organisations/member-invite.ts';
import type { MemberResult } from '../../resolvers/organisations/member-update.ts';
import type { WriteResult } from '../../resolvers/write-result.ts';
import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import { Viewer } from '../viewer/viewer.ts';
import { type WritePayload, WritePayloadInterface } from '../write-payload.ts';
import { ApiKey } from './api-key.ts';
import { Invitation } from './invitation.ts';
import { Member } from './member.ts';
import { Organisation } from './organisation.ts';

/** What is answered once and stored nowhere. */
type Shown<Result, Name extends string> = Result & { readonly [name in Name]: string | null };

export const ApiKeyCreatePayload = builder
  .objectRef<WritePayload<Shown<ApiKeyResult, 'key'>>>('ApiKeyCreatePayload')
  .implement({
    interfaces: [WritePayloadInterface],
    fields: (t) => ({
      apiKey: t.prismaField({
        type: ApiKey,
        nullable: true,
        resolve: (query, payload, _, context) => findApiKey(query, payload, context),
      }),
      key: t.string({
        nullable: true,
        description:
          'The key itself. Answered this once and stored nowhere: a replay of the call answers null. Who missed it revokes the key and makes another.',
        resolve: ({ result }) => result?.key ?? null,
      }),
    }),
  });

export const ApiKeyRotatePayload = builder
  .objectRef<WritePayload<Shown<ApiKeyRotateResult, 'key'>>>('ApiKeyRotatePayload')
  .implement({
    interfaces: [WritePayloadInterface],
    fields: (t) => ({
      apiKey: t.prismaField({
        type: ApiKey,
        nullable: true,
        description: 'The new key.',
        resolve: (query, payload, _, context) => findApiKey(query, payload, context),
      }),
      replaced: t.prismaField({
        type: ApiKey,
        nullable: true,
        description: 'The old key, with the moment at which it ends.',
        resolve: (query, { result }, _, { operation }) =>
          result && operation.scope.prisma.apiKey.findUnique({ ...query, where: { id: result.replacedId } }),
      }),
      key: t.string({
        nullable: true,
        description:
          'The new key itself. Answered this once and stored nowhere: a replay of the call answers null. Who missed it revokes the new key and makes another.',
        resolve: ({ result }) => result?.key ?? null,
      }),
    }),
  });

export const ApiKeyPayload = builder.objectRef<WritePayload<ApiKeyResult>>('ApiKeyPayload').implement({
  interfaces: [WritePayloadInterface],
  fields: (t) => ({
    apiKey: t.prismaField({
      type: ApiKey,
      nullable: true,
      resolve: (query, payload, _, context) => findApiKey(query, payload, context),
    }),
  }),
});

export const MemberInvitePayload = builder
  .objectRef<WritePayload<Shown<InvitationResult, 'code'>>>('MemberInvitePayload')
  .implement({
    interfaces: [WritePayloadInterface],
    fields: (t) => ({
      invitation: t.prismaField({
        type: Invitation,
        nullable: true,
        resolve: (query, payload, _, context) => findInvitation(query, payload, context),
      }),
      code: t.string({
        nullable: true,
        description:
          'What the person joins with, by invitationAccept. Answered this once and stored nowhere: a replay of the call answers null. Who missed it revokes the invitation and makes another.',
        resolve: ({ result }) => result?.code ?? null,
      }),
    }),
  });

export const InvitationPayload = builder.objectRef<WritePayload<InvitationResult>>('InvitationPayload').implement({
  interfaces: [WritePayloadInterface],
  fields: (t) => ({
    invitation: t.prismaField({
      type: Invitation,
      nullable: true,
      resolve: (query, payload, _, context) => findInvitation(query, payload, context),
    }),
  }),
});

export const MemberPayload = builder.objectRef<WritePayload<MemberResult>>('MemberPayload').implement({
  interfaces: [WritePayloadInterface],
  fields: (t) => ({
    member: t.prismaField({
      type: Member,
      nullable: true,
      description: 'Null for one who was removed.',
      resolve: (query, { result }, _, { operation }) =>
        result && operation.scope.prisma.userOrg.findUnique({ ...query, where: { id: result.memberId } }),
    }),
    org: t.prismaField({
      type: Organisation,
      nullable: true,
      resolve: (query, payload, _, context) => findOrg(query, payload, context),
    }),
  }),
});

export const OrgUpdatePayload = builder.objectRef<WritePayload>('OrgUpdatePayload').implement({
  interfaces: [WritePayloadInterface],
  fields: (t) => ({
    org: t.prismaField({
      type: Organisation,
      nullable: true,
      resolve: (query, payload, _, context) => findOrg(query, payload, context),
    }),
  }),
});

export const ProfileUpdatePayload = builder.objectRef<WritePayload>('ProfileUpdatePayload').implement({
  interfaces: [WritePayloadInterface],
  fields: (t) => ({
    viewer: t.field({
      type: Viewer,
      nullable: true,
      resolve: ({ result }, _, { operation }) => (result ? findViewer(operation.scope) : null),
    }),
  }),
});

function findApiKey(query: object, { result }: WritePayload<ApiKeyResult>, { operation }: Context) {
  return result && operation.scope.prisma.apiKey.findUnique({ ...query, where: { id: result.apiKeyId } });
}

function findInvitation(query: object, { result }: WritePayload<InvitationResult>, { operation }: Context) {
  return result && operation.scope.prisma.orgInvitation.findUnique({ ...query, where: { id: result.invitationId } });
}

function findOrg(query: object, { result }: WritePayload<WriteResult>, { operation }: Context) {
  return result && operation.scope.prisma.org.findUnique({ ...query, where: { id: result.orgId } });
}
