import { actorOf } from '../../auth/identity.ts';
import { type FoundViewer, findViewer } from '../../resolvers/organisations/find-viewer.ts';
import { Actor } from '../actor.ts';
import { builder } from '../builder.ts';

export const Viewer = builder.objectRef<FoundViewer>('Viewer').implement({
  description: 'Who is asking, and what they may do.',
  fields: (t) => ({
    actor: t.field({ type: Actor, resolve: (_, __, { operation }) => actorOf(operation.owner.identity) }),
    role: t.exposeString('role', {
      nullable: true,
      description: 'In the organisation the request acts for: developer, admin, assessor or assistant.',
    }),
    orgId: t.expose('orgId', {
      type: 'UUID',
      nullable: true,
      description: 'The organisation the request acts for. Name another with the header X-Org-Id.',
    }),
    orgName: t.exposeString('orgName', { nullable: true }),
    permissions: t.stringList({
      description: 'What the role holds there, as case.write; * for the service role.',
      resolve: (viewer) => [...viewer.permissions],
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    nullable: true,
    description: 'Who is asking; null without a token.',
    resolve: (_, __, { operation }) => (operation.identity ? findViewer(operation.scope) : null),
  }),
);
