import type { Scope } from '../../db/scope.ts';

/** Display names of actors (KIND:id) in their order; null where the caller may not know one, or there is none. */
export async function loadActorNames(scope: Scope, actors: readonly string[]): Promise<(string | null)[]> {
  const ids = (kind: string) =>
    actors.filter((actor) => actor.startsWith(`${kind}:`)).map((actor) => actor.slice(kind.length + 1));
  const rows = await scope.sql<{ actor: string; name: string | null }>(
    `select 'USER:' || user_id as actor, name from public.profiles where user_id = any ($1::uuid[])
     union all
     select 'API_KEY:' || id, name from private.api_key_names($2)`,
    [ids('USER'), ids('API_KEY')],
  );
  const names = new Map(rows.map((row) => [row.actor, row.name]));
  return actors.map(
    (actor) => names.get(actor) ?? (actor.startsWith('SERVICE:') ? actor.slice('SERVICE:'.length) : null),
  );
}
