import { randomUUID } from 'node:crypto';

/** The id a request brought, if that can be one; else one of ours. */
export function requestIdOf(given: string | null): string {
  return given && /^[\w.:-]{8,100}$/.test(given) ? given : randomUUID();
}
