import { ERROR_CODES } from '../../../src/errors.ts';
import { JWT_SECRET, LOGIN_SECRET } from '../../support/secrets.ts';
import { FOREIGN_CANARY, type Reply } from './bad-input.ts';

/** What an answer must never have in it: words of the database, of our own files, of what was thrown, and secrets. */
const LEAKS: readonly RegExp[] = [
  /sqlstate|prisma|pg_catalog|information_schema|relation "|column "|syntax error at or near|violates \w+[ -]?\w* constraint/i,
  /\bat (async )?[\w.<>[\] ]+ \((file|node|\/)|\.[cm]?[jt]s:\d+:\d+|node:internal|node_modules/,
  /(^|[\s"'(])\/(home|root|usr|tmp|work|var|dev|app|srv|opt)\//,
  /RangeError|TypeError|ReferenceError|Maximum call stack|Cannot read propert|is not a function|undefined is not/,
  /casegraph_(api|service)|postgres(ql)?:\/\//,
  new RegExp([JWT_SECRET, LOGIN_SECRET, FOREIGN_CANARY].join('|')),
];

/** An error of ours that is not the caller's doing. */
const OUR_FAULTS: ReadonlySet<string> = new Set(['INTERNAL']);

interface Told {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly extensions?: { readonly code?: unknown };
}

/** What is wrong with an answer to something bad; null for an answer as it should be. */
export function findFault({ status, text }: Reply, internalNames: RegExp): string | null {
  if (status !== null && status >= 500 && !(status === 503 && text.includes('"UNAVAILABLE"')))
    return `status ${status}`;
  for (const leak of [...LEAKS, internalNames]) {
    const found = leak.exec(text);
    if (found) return `it says ${JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 80))}`;
  }
  for (const { code, extensions, message } of listErrors(text)) {
    const given = String(extensions?.code ?? code);
    if (!(ERROR_CODES as readonly string[]).includes(given)) return `an error has the code ${given}: ${message}`;
    if (OUR_FAULTS.has(given)) return `${given}: ${message}`;
  }
  return null;
}

/** Every error in it: of GraphQL, of the gateway, of a payload, of a message of a socket. */
function listErrors(text: string): Told[] {
  const found: Told[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 12) return;
    for (const [key, member] of Object.entries(value)) {
      if ((key === 'errors' || key === 'userErrors') && Array.isArray(member)) found.push(...member);
      else visit(member, depth + 1);
    }
  };
  for (const json of text.matchAll(/^\s*[[{].*$/gms)) {
    try {
      visit(JSON.parse(json[0]), 0);
    } catch {
      // Headers, or several documents: their codes are found one by one.
      for (const [, code] of text.matchAll(/"code":"(\w+)"/g)) found.push({ code });
    }
    break;
  }
  return found;
}
