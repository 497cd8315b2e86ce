import type { Random } from '../../json/random-json.ts';
import type { BadInput } from './bad-input.ts';
import { listDocuments } from './documents.ts';
import { listHttpRequests } from './http-requests.ts';
import { listIds } from './ids.ts';
import { listJson } from './json-values.ts';
import { listKeys } from './keys.ts';
import { listSocketMessages } from './sockets.ts';
import { listTokens } from './tokens.ts';

/** Everything bad that is sent, by what is bad about it. */
export function listGroups(random: Random): Readonly<Record<string, readonly BadInput[]>> {
  return {
    documents: listDocuments(random),
    'HTTP requests': listHttpRequests(),
    'JSON values': listJson(),
    'ids and cursors': listIds(),
    credentials: listTokens(),
    'idempotency keys': listKeys(),
    'messages of sockets': listSocketMessages(),
  };
}
