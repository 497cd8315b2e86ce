import { pick, type Random } from '../../json/random-json.ts';
import { type BadInput, document, type Target } from './bad-input.ts';

// Documents: too deep, too long, too wide, in circles, of odd characters, and torn ones.

const nest = (open: string, inner: string, close: string, depth: number) =>
  open.repeat(depth) + inner + close.repeat(depth);
const list = (count: number, item: (index: number) => string) =>
  Array.from({ length: count }, (_, n) => item(n)).join(' ');

const DEPTHS = [10, 50, 100, 500, 1_000, 5_000, 10_000, 20_000];
const NESTED: Record<string, (depth: number) => string> = {
  'unknown fields': (n) => `{ ${nest('a {', 'a', '}', n)} }`,
  'fields in a circle of the schema': (n) =>
    `{ cases { nodes { ${nest('invoices { nodes { case { ... on Case { ', 'id', '} } } }', n)} } } }`,
  'inline fragments': (n) => `{ ${nest('... {', '__typename', '}', n)} }`,
  'lists as a value': (n) => `{ case(id: ${nest('[', '', ']', n)}) { id } }`,
  'objects as a value': (n) => `{ cases(filter: ${nest('{ helper: ', '{}', ' }', n)}) { totalCount } }`,
  'lists as the type of a variable': (n) => `query ($v: ${nest('[', 'Int', ']', n)}) { __typename }`,
  'lists as a default': (n) => `query ($v: JSON = ${nest('[', '1', ']', n)}) { __typename }`,
  'objects within a helper': (n) =>
    `mutation { caseUpsert(input: { plate: "1", helper: ${nest('{ a: ', '1', ' }', n)} }) { ok } }`,
  'brackets that never close': (n) => '{ a '.repeat(n),
  'brackets of three kinds': (n) => '{ a(b: ['.repeat(n),
};

const COUNTS = [100, 1_000, 3_000, 10_000, 100_000];
const REPEATED: Record<string, (count: number) => string> = {
  aliases: (n) => `{ ${list(n, (i) => `a${i}: __typename`)} }`,
  'aliases of a heavy field': (n) => `{ ${list(n, (i) => `a${i}: cases { totalCount }`)} }`,
  'the same field': (n) => `{ ${list(n, () => '__typename')} }`,
  'arguments of a name': (n) => `{ case(${list(n, () => 'id: "1"')}) { id } }`,
  'unknown arguments': (n) => `{ case(${list(n, (i) => `a${i}: 1`)}) { id } }`,
  'directives of a field': (n) => `{ __typename ${list(n, () => '@include(if: true)')} }`,
  'unknown directives': (n) => `{ __typename ${list(n, (i) => `@d${i}`)} }`,
  variables: (n) => `query (${list(n, (i) => `$v${i}: Int`)}) { __typename }`,
  operations: (n) => list(n, (i) => `query Q${i} { __typename }`),
  fragments: (n) => `{ __typename } ${list(n, (i) => `fragment f${i} on Case { id }`)}`,
  'spreads of a fragment': (n) => `{ ${list(n, () => '...f')} } fragment f on Query { __typename }`,
  'values in a list': (n) => `{ nodes(ids: [${list(n, () => '"x"')}]) { id } }`,
  'mutations in one document': (n) =>
    `mutation { ${list(n, (i) => `m${i}: caseUpsert(input: { plate: "x" }) { ok }`)} }`,
  'conflicting fields': (n) => `{ viewer { ${list(n, (i) => `a: ${i % 2 ? 'role' : 'name'}`)} } }`,
  'objects that overlap': (n) => `{ ${list(n, () => 'viewer { role ... { role } }')} }`,
};

const FRAGMENTS: [string, string][] = [
  ...[1, 2, 3, 10, 100, 500].map((n): [string, string] => [
    `a circle of ${n} fragments`,
    `{ ...f0 } ${list(n, (i) => `fragment f${i} on Query { ...f${(i + 1) % n} }`)}`,
  ]),
  ...[5, 10, 15, 20, 30, 60].map((n): [string, string] => [
    `fragments that double ${n} times`,
    `{ ...f0 } ${list(n, (i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`)} fragment f${n} on Query { __typename }`,
  ]),
  ...[5, 10, 20].map((n): [string, string] => [
    `fragments that double under aliases ${n} times`,
    `{ ...f0 } ${list(n, (i) => `fragment f${i} on Query { a: viewer { role } ...f${i + 1} b: viewer { role } ...f${i + 1} }`)} fragment f${n} on Query { __typename }`,
  ]),
  ['a fragment nobody has', '{ ...nothing }'],
  ['a fragment on a type there is not', '{ ...f } fragment f on Nothing { id }'],
  ['a fragment on a scalar', '{ ...f } fragment f on String { id }'],
  ['a fragment on an input', '{ ...f } fragment f on CaseUpsertInput { plate }'],
  ['a fragment twice', '{ ...f } fragment f on Query { __typename } fragment f on Query { __typename }'],
  ['a fragment named on', '{ ...on } fragment on on Query { __typename }'],
];

const INTROSPECTION: [string, string][] = [3, 5, 10, 20, 50, 200].flatMap((n): [string, string][] => [
  [`fields of types ${n} deep`, `{ __schema { types { ${nest('fields { type {', 'name', '} }', n)} } } }`],
  [`ofType ${n} deep`, `{ __type(name: "Query") { fields { type { ${nest('ofType {', 'name', '}', n)} } } } }`],
  [`possible types ${n} deep`, `{ __schema { types { ${nest('possibleTypes { interfaces {', 'name', '} }', n)} } } }`],
  [`the schema ${n} times`, `{ ${list(n, (i) => `s${i}: __schema { types { name fields { name } } }`)} }`],
]);

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__typename'];
const NAMED: Record<string, (name: string) => string> = {
  'a field': (name) => `{ ${name} }`,
  'an alias': (name) => `{ ${name}: viewer { ${name}: role } }`,
  'an argument': (name) => `{ case(${name}: "1") { id } }`,
  'a member of an input': (name) => `{ cases(filter: { ${name}: 1 }) { totalCount } }`,
  'a variable': (name) => `query ($${name}: ID) { case(id: $${name}) { id } }`,
  'a fragment': (name) => `{ ...${name} } fragment ${name} on Query { __typename }`,
  'a type': (name) => `{ ... on ${name} { id } }`,
  'a directive': (name) => `{ viewer @${name} { role } }`,
  'an enum value': (name) => `{ cases(filter: { status: [${name}] }) { totalCount } }`,
  'an operation': (name) => `query ${name} { viewer { role } }`,
};

const TEXTS: [string, string][] = [
  ['nothing', ''],
  ['white space', ' \n\t,'],
  ['a comment', '# nothing'],
  ['a byte order mark in front', '\ufeff{ __typename }'],
  ['a byte order mark within', '{ __ty\ufeffpename }'],
  ['U+0000', '{ __typename \u0000 }'],
  ['a control character', '{ \u0007__typename }'],
  ['half of a surrogate pair', '{ case(id: "\ud800") { id } }'],
  ['half of a pair, escaped', '{ case(id: "\\uD800") { id } }'],
  ['an escape beyond Unicode', '{ case(id: "\\u{110000}") { id } }'],
  ['an escape of half of a pair', '{ case(id: "\\u{D800}") { id } }'],
  ['an escape without an end', '{ case(id: "\\u{1F680") { id } }'],
  ['an escape of U+0000', '{ case(id: "\\u0000") { id } }'],
  ['an escape there is not', '{ case(id: "\\q") { id } }'],
  ['a text without an end', '{ case(id: "1) { id } }'],
  ['a line break within a text', '{ case(id: "1\n2") { id } }'],
  ['a block text without an end', '{ case(id: """1) { id } }'],
  ['a block text of quotes', `{ case(id: """${'\\"""'.repeat(2_000)}""") { id } }`],
  ['a block text of 1 MB', `{ case(id: """${'x'.repeat(1_000_000)}""") { id } }`],
  ['a block text of 50,000 lines', `{ case(id: """${' \n'.repeat(50_000)}""") { id } }`],
  ['a text of 1 MB', `{ case(id: "${'x'.repeat(1_000_000)}") { id } }`],
  ['a comment of 1 MB', `#${'x'.repeat(1_000_000)}\n{ __typename }`],
  ['50,000 comments', `${'#\n'.repeat(50_000)}{ __typename }`],
  ['a million commas', `{ ${','.repeat(1_000_000)} __typename }`],
  ['1 MB of white space', `${' '.repeat(1_000_000)}{ __typename }`],
  ['a name of 1 MB', `{ ${'x'.repeat(1_000_000)} }`],
  ['a number of 100,000 digits', `{ cases(first: ${'9'.repeat(100_000)}) { totalCount } }`],
  ['a number with a zero in front', '{ cases(first: 007) { totalCount } }'],
  ['a name in Hebrew', '{ תיק }'],
  ['a name of emoji', '{ 🚗 }'],
  ['direction marks', '{ \u202e__typename\u202c }'],
  ['line separators', '{\u2028__typename\u2029}'],
  ['SQL', "'; drop table cases; --"],
  ['HTML', '<script>alert(1)</script>'],
  ['a type', 'type Query { a: Int }'],
  ['an extension of the schema', '{ __typename } extend type Query { a: Int }'],
  ['two operations without names', '{ __typename } { __typename }'],
  ['two operations of a name', 'query A { __typename } query A { __typename }'],
  ['a subscription', 'subscription { feed(after: "x") { __typename } }'],
  ['a subscription of two fields', 'subscription { feed { __typename } b: feed { __typename } }'],
  ['a subscription of the schema', 'subscription { __schema { types { name } } }'],
  ['a variable that is not declared', '{ case(id: $id) { id } }'],
  ['a variable of an output type', 'query ($v: Case) { case(id: $v) { id } }'],
  ['a default of another type', 'query ($v: Int = "x") { cases(first: $v) { totalCount } }'],
  ['@skip without its argument', '{ __typename @skip }'],
  ['@include of a variable that is missing', 'query ($v: Boolean!) { __typename @include(if: $v) }'],
  ['@specifiedBy in a document', '{ __typename @specifiedBy(url: "x") }'],
  ['@defer', '{ ... @defer { __typename } }'],
  ['@stream', '{ cases { nodes @stream { id } } }'],
];

const FIRSTS: unknown[] = [
  -1,
  0,
  201,
  1e9,
  2 ** 31,
  -(2 ** 31),
  1.5,
  '1',
  '__proto__',
  null,
  true,
  [1],
  [[1]],
  {},
  { a: 1 },
];
const PAGED: [string, string][] = [
  ['cases', 'query ($v: Int) { cases(first: $v) { totalCount nodes { id } } }'],
  ['cases from the end', 'query ($v: Int) { cases(last: $v) { nodes { id } } }'],
  ['changes', 'query ($v: Int) { feedPage(first: $v) { hasMore } }'],
  [
    'pages in pages',
    'query ($v: Int) { cases(first: $v) { nodes { invoices(first: $v) { nodes { lines(first: $v) { nodes { id } } } } } } }',
  ],
];

const WHOLE = `query Page($plate: String, $first: Int = 3) { case(plate: $plate) { id ... on Case { ...facts } helper {
  helperJson(pointer: "/a~1b/0") outline { pointer sizeBytes } } } cases(first: $first, filter: { status: [IN_PROGRESS],
  search: "dana" }) { nodes { id version } pageInfo { endCursor } } } fragment facts on Case { plate status @include(if: true) }`;
const JUNK = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '"',
  '"""',
  '$',
  '@',
  '!',
  ':',
  '...',
  '#',
  '\\',
  '\u0000',
  '\ud83d',
  '|',
  '&',
  '=',
  ' on ',
];

export function listDocuments(random: Random): BadInput[] {
  const each = (title: string, query: string, variables: unknown = {}): BadInput => ({
    title,
    send: document(query, variables),
  });
  const lazily = (title: string, make: () => string): BadInput => ({
    title,
    send: (to: Target) => document(make())(to),
  });
  return [
    ...Object.entries(NESTED).flatMap(([what, make]) => DEPTHS.map((n) => lazily(`${what}, ${n} deep`, () => make(n)))),
    ...Object.entries(REPEATED).flatMap(([what, make]) => COUNTS.map((n) => lazily(`${n} ${what}`, () => make(n)))),
    ...[...FRAGMENTS, ...INTROSPECTION, ...TEXTS].map(([what, query]) => each(what, query)),
    ...Object.entries(NAMED).flatMap(([what, make]) => NAMES.map((name) => each(`${what} named ${name}`, make(name)))),
    ...PAGED.flatMap(([what, query]) => FIRSTS.map((v) => each(`${what}, ${JSON.stringify(v)} of them`, query, { v }))),
    ...['', 'B', '__proto__', 'constructor', 'x'.repeat(100_000), '\u0000'].map((operationName) => ({
      title: `an operation named ${JSON.stringify(operationName).slice(0, 20)}`,
      send: document('query A { __typename } query C { __typename }', {}, { operationName }),
    })),
    ...Array.from({ length: 80 }, (_, n) => each(`a torn document (${n})`, tear(random), { plate: '1', first: 1 })),
  ];
}

function tear(random: Random): string {
  let text = WHOLE;
  for (let cuts = 1 + Math.floor(random() * 4); cuts > 0; cuts--) {
    const at = Math.floor(random() * text.length);
    const until = at + Math.floor(random() * 12);
    text = text.slice(0, at) + (random() < 0.7 ? pick(random, JUNK) : '') + text.slice(until);
  }
  return random() < 0.3 ? text.slice(0, Math.floor(random() * text.length)) : text;
}
