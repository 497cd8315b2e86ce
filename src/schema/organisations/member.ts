import type { MemberRole } from '../../resolvers/organisations/ensure-member.ts';
import { Actor } from '../actor.ts';
import { builder } from '../builder.ts';
import { rowConnection } from '../row-connection.ts';

export const MemberRoleEnum = builder.enumType('MemberRole', {
  description: 'What a person is in the organisation.',
  values: {
    DEVELOPER: { value: 'developer', description: 'Everything an admin may, but to make and unmake admins.' },
    ADMIN: { value: 'admin', description: 'Reads and writes everything; manages members, API keys and settings.' },
    ASSESSOR: {
      value: 'assessor',
      description: 'Opens cases, and reads, writes and shares own, assigned and shared ones; all where access is OPEN.',
    },
    ASSISTANT: { value: 'assistant', description: 'Reads every case and keeps drafts.' },
  } as const,
});

export const Member = builder.prismaNode('UserOrg', {
  name: 'Member',
  description: 'A person in the organisation, with the role he has there.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    userId: t.expose('userId', { type: 'UUID', description: 'The person: what assignedTo and shares take.' }),
    user: t.field({ type: Actor, select: { userId: true }, resolve: (row) => `USER:${row.userId}` }),
    role: t.field({ type: MemberRoleEnum, select: { role: true }, resolve: (row) => row.role as MemberRole }),
    joinedAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

export const MemberConnection = rowConnection(Member, 'Member', 'Members of the organisation');
