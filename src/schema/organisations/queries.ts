import type { GraphQLResolveInfo } from 'graphql';
import { getOrgWith } from '../../resolvers/organisations/get-org-with.ts';
import { API_KEYS, INVITATIONS, MEMBERS } from '../../resolvers/organisations/org-lists.ts';
import type { PageArguments } from '../../resolvers/paging.ts';
import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import { loadRows, type RowPage } from '../row-connection.ts';
import { ApiKeyConnection } from './api-key.ts';
import { InvitationConnection } from './invitation.ts';
import { MemberConnection } from './member.ts';
import { Organisation } from './organisation.ts';

builder.queryFields((t) => ({
  org: t.prismaField({
    type: Organisation,
    nullable: true,
    description: 'The organisation you act for; null without org.read.',
    resolve: (query, _, __, { operation }) =>
      operation.scope.prisma.org.findUnique({ ...query, where: { id: operation.scope.orgId } }),
  }),
  members: t.field({
    type: MemberConnection,
    description: 'Who belongs to the organisation you act for; who joined first comes first.',
    args: t.arg.connectionArgs(),
    resolve: (_, args, context, info) =>
      loadRows(context, info, {
        list: MEMBERS,
        parent: [context.operation.scope.orgId],
        args,
        typeName: 'Member',
        read: (query) => context.operation.scope.prisma.userOrg.findMany(query),
      }),
  }),
  invitations: t.field({
    type: InvitationConnection,
    description: 'Invitations of the organisation you act for, used ones too; newest first. Needs member.manage.',
    args: t.arg.connectionArgs(),
    resolve: (_, args, context, info) =>
      loadAdministered(context, info, 'member.manage', {
        list: INVITATIONS,
        args,
        typeName: 'Invitation',
        read: (query) => context.operation.scope.prisma.orgInvitation.findMany(query),
      }),
  }),
  apiKeys: t.field({
    type: ApiKeyConnection,
    description: 'API keys of the organisation you act for, revoked ones too; newest first. Needs key.manage.',
    args: t.arg.connectionArgs(),
    resolve: (_, args, context, info) =>
      loadAdministered(context, info, 'key.manage', {
        list: API_KEYS,
        args,
        typeName: 'ApiKey',
        read: (query) => context.operation.scope.prisma.apiKey.findMany(query),
      }),
  }),
}));

/** Told FORBIDDEN and not an empty list, so that nobody takes what he may not see for what is not there. */
async function loadAdministered<Row extends { id: string }>(
  context: Context,
  info: GraphQLResolveInfo,
  permission: Parameters<typeof getOrgWith>[1],
  page: Omit<RowPage<Row>, 'parent'> & { readonly args: PageArguments },
) {
  const orgId = await getOrgWith(context.operation.scope, permission);
  return loadRows(context, info, { ...page, parent: [orgId] } as RowPage<Row>);
}
