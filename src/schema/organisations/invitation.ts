import type { MemberRole } from '../../resolvers/organisations/ensure-member.ts';
import { Actor } from '../actor.ts';
import { builder } from '../builder.ts';
import { rowConnection } from '../row-connection.ts';
import { MemberRoleEnum } from './member.ts';

const InvitationStateEnum = builder.enumType('InvitationState', {
  values: {
    OPEN: { description: 'Its code can be used.' },
    ACCEPTED: { description: 'Somebody has joined by it.' },
    REVOKED: { description: 'It was taken back.' },
    EXPIRED: { description: 'Nobody used it in time.' },
  },
});

export const Invitation = builder.prismaNode('OrgInvitation', {
  name: 'Invitation',
  description: 'A way into the organisation for one person, who is handed its code.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    role: t.field({ type: MemberRoleEnum, select: { role: true }, resolve: (row) => row.role as MemberRole }),
    note: t.exposeString('note', { nullable: true, description: 'For the administrators: whom it is meant for.' }),
    state: t.field({
      type: InvitationStateEnum,
      select: { acceptedAt: true, revokedAt: true, expiresAt: true },
      resolve: ({ acceptedAt, revokedAt, expiresAt }) => {
        if (acceptedAt) return 'ACCEPTED';
        if (revokedAt) return 'REVOKED';
        return expiresAt.getTime() <= Date.now() ? 'EXPIRED' : 'OPEN';
      },
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    acceptedAt: t.expose('acceptedAt', { type: 'DateTime', nullable: true }),
    acceptedBy: t.field({
      type: Actor,
      nullable: true,
      select: { acceptedBy: true },
      resolve: (row) => (row.acceptedBy ? `USER:${row.acceptedBy}` : null),
    }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    createdBy: t.field({ type: Actor, select: { createdBy: true }, resolve: (row) => row.createdBy }),
  }),
});

export const InvitationConnection = rowConnection(Invitation, 'Invitation', 'Invitations of the organisation');
