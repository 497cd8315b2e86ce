import { builder } from './builder.ts';

const ActorKindEnum = builder.enumType('ActorKind', {
  values: {
    USER: { description: 'A signed-in person.' },
    API_KEY: { description: 'A program with an API key of the organisation.' },
    SERVICE: { description: 'A program with the service role.' },
    SYSTEM: { description: 'The system itself, or somebody at the database.' },
  },
});

/** Shape: the actor as Postgres records it, KIND:id. */
export const Actor = builder.objectRef<string>('Actor').implement({
  description: 'Who caused a write.',
  fields: (t) => ({
    kind: t.field({ type: ActorKindEnum, resolve: (actor) => split(actor)[0] as 'USER' }),
    id: t.string({
      nullable: true,
      description: "The user's or key's UUID; the service's name.",
      resolve: (actor) => split(actor)[1] || null,
    }),
    name: t.string({ nullable: true, resolve: (actor, _, { operation }) => operation.actorNames.load(actor) }),
  }),
});

function split(actor: string): [kind: string, id: string] {
  const colon = actor.indexOf(':');
  return [actor.slice(0, colon), actor.slice(colon + 1)];
}
