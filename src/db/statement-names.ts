import { createHash } from 'node:crypto';

/** Distinct statements that get a plan on each connection. Selections are the callers' to make; plans are not free. */
const MAX_NAMES = 500;

const names = new Map<string, string>();

/**
 * The name under which a connection keeps the plan of a statement: planning costs more than running it, since policies
 * are planned along. Undefined once there are too many: then it is planned each time.
 */
export function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= MAX_NAMES) return known;
  const name = `cg_${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`;
  names.set(text, name);
  return name;
}
