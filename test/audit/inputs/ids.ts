import { randomUUID } from 'node:crypto';
import { forgeCursor } from '../../feed/documents.ts';
import { type BadInput, document, headersOf, request, type Target } from './bad-input.ts';

// Ids and cursors that are none, that are somebody else's, and that are tampered with.

const relay = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64');

const IDS: Record<string, (to: Target) => string> = {
  "another organisation's case": ({ foreign }) => foreign.caseId,
  "another organisation's case, as a UUID": ({ foreign }) => foreign.databaseId,
  'another organisation': ({ foreign }) => foreign.orgId,
  'another organisation, as a node': ({ foreign }) => relay('Organisation', foreign.orgId),
  'a user of another organisation': ({ foreign }) => foreign.userId,
  "another organisation's case, as a type of its own": ({ foreign }) => relay('CaseHelper', foreign.databaseId),
  'nothing there is': () => relay('Case', randomUUID()),
  'a UUID there is not': () => randomUUID(),
  'of zeros': () => '00000000-0000-0000-0000-000000000000',
  'of a type there is not': () => relay('Nothing', randomUUID()),
  'of the type __proto__': () => relay('__proto__', randomUUID()),
  'of the type constructor': () => relay('constructor', randomUUID()),
  'of a type of the schema that has no ids': () => relay('Query', randomUUID()),
  'without a type': () => relay('', randomUUID()),
  'without a colon': () => Buffer.from('Case').toString('base64'),
  'of SQL': () => relay('Case', "' or 1=1; drop table cases; --"),
  'of SQL, as it is': () => "' or ''='",
  empty: () => '',
  'of white space': () => ' \t\n',
  'of U+0000': () => 'a\0b',
  'with U+0000 inside': () => relay('Case', `${randomUUID()}\0`),
  'of half a surrogate pair': () => '\ud800',
  'of emoji': () => '🚗🚗🚗',
  'in Hebrew, right to left': () => '\u202eתיק\u202c',
  'of 2^63': () => '9223372036854775808',
  'of a negative number': () => '-1',
  'of a path': () => '../../../../etc/passwd',
  'of a URL': () => 'http://127.0.0.1:1/',
  'of a template': () => '{{7*7}}#{7*7}',
  'of __proto__': () => '__proto__',
  'of 100 KB': () => 'x'.repeat(100_000),
  'of 100 KB in base64': () => relay('Case', 'x'.repeat(100_000)),
  'in another base64': ({ caseId }) => `${caseId.replace(/=+$/, '')}!!==`,
  'with its last letter changed': ({ caseId }) => caseId.replace(/.{4}$/, 'AAAA'),
};

const PLACES: [what: string, query: string, name?: string][] = [
  ['case', 'query ($v: ID) { case(id: $v) { id ownerName plate } }'],
  ['node', 'query ($v: ID!) { node(id: $v) { id __typename ... on Case { ownerName } ... on Organisation { name } } }'],
  ['nodes', 'query ($v: ID!) { nodes(ids: [$v, $v]) { id ... on Case { ownerName } } }'],
  ['the helper', 'query ($v: ID) { caseHelperGetCurrent(caseId: $v) { helperJson label } }'],
  ['the feed', 'query ($v: ID) { feedPage(caseId: $v) { changes { caseId } } }'],
  [
    'a save',
    'mutation ($v: ID!) { caseHelperSaveFull(input: { caseId: $v, onConflict: FORCE, helper: { a: 1 } }) { ok userErrors { code message } conflict { current { helperJson } } } }',
  ],
  [
    'a share',
    'mutation ($v: ID!) { caseUnshare(input: { caseId: $v, userId: "00000000-0000-4000-8000-000000000000" }) { ok userErrors { code message } } }',
  ],
];

const CURSORS: Record<string, (to: Target) => string> = {
  "another organisation's": ({ foreign }) => foreign.cursor,
  "another organisation's, put into ours": ({ cursor, foreign }) => forgeCursor(cursor, { orgId: foreign.orgId }),
  'of the future': ({ cursor }) => forgeCursor(cursor, { seq: 999_999_999 }),
  'of the farthest future': ({ cursor }) => forgeCursor(cursor, { seq: '999999999999999' }),
  'beyond numbers': ({ cursor }) => forgeCursor(cursor, { seq: '9223372036854775808' }),
  'of a negative position': ({ cursor }) => forgeCursor(cursor, { seq: -1 }),
  'of half a position': ({ cursor }) => forgeCursor(cursor, { seq: '1.5' }),
  'of no position': ({ cursor }) => forgeCursor(cursor, { seq: '' }),
  'of a position of SQL': ({ cursor }) => forgeCursor(cursor, { seq: '1; select 1' }),
  'of another epoch': ({ cursor }) => forgeCursor(cursor, { epoch: randomUUID() }),
  'of an epoch that is none': ({ cursor }) => forgeCursor(cursor, { epoch: 'x'.repeat(36) }),
  'of a page': ({ foreign }) => foreign.pageCursor,
  empty: () => '',
  'of nonsense': () => 'nonsense',
  'of 100 KB': () => 'A'.repeat(100_000),
  'of U+0000': () => '\0',
  'of emoji': () => '🚗',
  'of JSON': () => Buffer.from('{"__proto__":1}').toString('base64url'),
  'with something behind it': ({ cursor }) => `${cursor}AAAA`,
};
const CURSOR_PLACES: [what: string, query: string][] = [
  ['feedPage', 'query ($v: FeedCursor) { feedPage(after: $v) { changes { entityId node { id } } resync { reason } } }'],
  ['cases', 'query ($v: String) { cases(after: $v) { nodes { ownerName } } }'],
  ['cases, backwards', 'query ($v: String) { cases(last: 5, before: $v) { nodes { ownerName } } }'],
  ['members', 'query ($v: String) { members(after: $v) { nodes { user { name } } } }'],
  ['systemLogs', 'query ($v: String) { systemLogs(after: $v) { nodes { id } } }'],
];

export function listIds(): BadInput[] {
  const each = (
    places: [string, string, ...unknown[]][],
    values: Record<string, (to: Target) => string>,
    kind: string,
  ) =>
    Object.entries(values).flatMap(([what, make]) =>
      places.map(
        ([where, query]): BadInput => ({
          title: `${kind} ${what}, in ${where}`,
          send: document(query, (to: Target) => ({ v: make(to) })),
        }),
      ),
    );
  const flipped = Array.from(
    { length: 40 },
    (_, n): BadInput => ({
      title: `a cursor with another letter at ${n * 3}`,
      send: document(CURSOR_PLACES[0]![1], ({ cursor }: Target) => ({
        v: cursor.slice(0, n * 3) + (cursor[n * 3] === 'x' ? 'y' : 'x') + cursor.slice(n * 3 + 1),
      })),
    }),
  );
  const paths = Object.entries(IDS).map(
    ([what, make]): BadInput => ({
      title: `an id ${what}, in an address`,
      send: (to) =>
        request(`${to.url}/case/${encodeURIComponent(make(to).toWellFormed()).slice(0, 9_000)}/helper`, {
          headers: headersOf(to.member),
        }),
    }),
  );
  return [...each(PLACES, IDS, 'an id'), ...each(CURSOR_PLACES, CURSORS, 'a cursor'), ...flipped, ...paths];
}
