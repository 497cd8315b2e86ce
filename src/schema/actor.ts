import { builder } from './builder.ts';
import { inSql, rowInSql } from './in-sql.ts';

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
    kind: t.field({
      type: ActorKindEnum,
      extensions: inSql((row) => `split_part(${row}.actor, ':', 1)`),
      resolve: (actor) => split(actor)[0] as 'USER',
    }),
    id: t.string({
      nullable: true,
      description: "The user's or key's UUID; the service's name.",
      extensions: inSql((row) => `nullif(${idOf(row)}, '')`),
      resolve: (actor) => split(actor)[1] || null,
    }),
    name: t.string({
      nullable: true,
      extensions: inSql(
        (row) => `case split_part(${row}.actor, ':', 1)
          when 'USER' then (select p.name from public.profiles p where p.user_id = (${idOf(row)})::uuid)
          when 'API_KEY' then (select k.name from private.api_key_names(array[(${idOf(row)})::uuid]) k)
          when 'SERVICE' then ${idOf(row)} end`,
      ),
      resolve: (actor, _, { operation }) => operation.actorNames.load(actor),
    }),
  }),
});

function split(actor: string): [kind: string, id: string] {
  const colon = actor.indexOf(':');
  return [actor.slice(0, colon), actor.slice(colon + 1)];
}

/** The extensions of a field that is the actor of an expression over its row, or null. */
export function actorInSql(actor: (row: string) => string) {
  return rowInSql((name, row) => `(select ${actor(row)} as actor) ${name} where ${name}.actor is not null`);
}

function idOf(row: string): string {
  return `substr(${row}.actor, strpos(${row}.actor, ':') + 1)`;
}
