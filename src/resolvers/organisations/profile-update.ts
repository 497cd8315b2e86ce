import { Refusal } from '../../errors.ts';
import type { Caller } from '../caller.ts';
import { once } from '../idempotency.ts';
import type { Recorded, WriteResult } from '../write-result.ts';

const MAX_NAME_LENGTH = 200;

export interface ProfileUpdateInput {
  readonly idempotencyKey?: string | null | undefined;
  readonly name: string;
}

/** Changes the name under which the caller's colleagues see him. */
export async function profileUpdate(caller: Caller, input: ProfileUpdateInput): Promise<Recorded<WriteResult>> {
  if (caller.owner.identity.kind !== 'USER')
    throw new Refusal(
      'FORBIDDEN',
      'A profile is of a person: sign in as a user. The name of a key changes with apiKeyUpdate.',
    );
  const name = input.name.trim();
  if (!name || [...name].length > MAX_NAME_LENGTH)
    throw new Refusal('VALIDATION_FAILED', `A name has 1 to ${MAX_NAME_LENGTH} characters.`, ['input', 'name']);
  return caller.database.write(caller.owner, async (scope) => {
    const { orgId } = scope;
    return once(scope, caller, { operation: 'profileUpdate', orgId, input: { ...input, name } }, async () => {
      const changed = await scope.sql(
        `insert into public.profiles as p (user_id, name) values (private.user_id(), $1)
         on conflict (user_id) do update set name = excluded.name where p.name is distinct from excluded.name returning user_id`,
        [name],
      );
      return { outcome: changed.length > 0 ? 'UPDATED' : 'UNCHANGED', orgId };
    });
  });
}
