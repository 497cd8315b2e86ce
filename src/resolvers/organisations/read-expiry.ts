import { Refusal } from '../../errors.ts';

/** @throws Refusal VALIDATION_FAILED for a moment that is past, or further away than `maxDays` */
export function readExpiry(
  given: Date | null | undefined,
  field: readonly string[],
  maxDays = Number.POSITIVE_INFINITY,
): Date | null {
  if (given == null) return null;
  const days = (given.getTime() - Date.now()) / 86_400_000;
  if (days <= 0) throw new Refusal('VALIDATION_FAILED', 'It would have expired already; send a time to come.', field);
  if (days > maxDays) throw new Refusal('VALIDATION_FAILED', `It may last ${maxDays} days at most.`, field);
  return given;
}
