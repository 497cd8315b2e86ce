import type { Scope } from '../../db/scope.ts';
import { Refusal } from '../../errors.ts';
import { findViewer } from './find-viewer.ts';

/**
 * Nobody gives a key what he does not hold; the database refuses it too.
 * @param field what asks for it
 * @throws Refusal FORBIDDEN
 */
export async function assertMayGrant(
  scope: Scope,
  permissions: readonly string[],
  field: readonly string[],
): Promise<void> {
  const { permissions: held } = await findViewer(scope);
  const lacking = permissions.filter((permission) => !held.includes(permission) && !held.includes('*'));
  if (lacking.length > 0)
    throw new Refusal(
      'FORBIDDEN',
      `You can not give a key what you do not hold yourself: ${lacking.join(', ')}.`,
      field,
    );
}
