import type { Database } from '../db/database.ts';
import type { Scope, ScopeOwner } from '../db/scope.ts';

/** The first argument of every operation: who asks, and the way to the database under that identity. */
export interface Caller {
  readonly owner: ScopeOwner;
  readonly database: Database;
  /** The Idempotency-Key header, when it speaks for the one mutation of the document; an input's own key goes first. */
  readonly idempotencyKey: string | null;
}

/** Where a write came from, as the `source` of its record. */
export const WRITE_SOURCES = {
  UI: "The office's own pages.",
  MAKE: 'A Make scenario.',
  API: 'Another program.',
  SYSTEM: 'The system itself, or somebody at the database.',
} as const;

export type WriteSource = keyof typeof WRITE_SOURCES;

export function sourceOf(scope: Scope, given: WriteSource | null | undefined): WriteSource {
  return given ?? (scope.owner.identity.kind === 'USER' ? 'UI' : 'API');
}
