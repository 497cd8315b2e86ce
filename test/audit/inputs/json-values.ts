import { type BadInput, CANARY, document, headersOf, request, type Target } from './bad-input.ts';

// JSON that can not be kept, or not be read, in every place that takes JSON. Sent as text: JSON.stringify would not write it.

const SAVE =
  'mutation ($input: CaseHelperSaveFullInput!) { caseHelperSaveFull(input: $input) { ok userErrors { code message field } } }';
const DRAFT =
  'mutation ($input: CaseHelperDraftSaveInput!) { caseHelperDraftSave(input: $input) { ok userErrors { code message field } } }';
const PATCH =
  'mutation ($input: CaseHelperPatchInput!) { caseHelperPatch(input: $input) { ok userErrors { code message field } } }';
const UPSERT =
  'mutation ($input: CaseUpsertInput!) { caseUpsert(input: $input) { ok userErrors { code message field } } }';
const FIND = 'query ($filter: CaseFilter) { cases(filter: $filter) { totalCount } }';

/** `{case}` stands for the case, `{json}` for the JSON. */
const graphql = (query: string, variables: string, more = ''): Place => ({
  path: '/graphql',
  body: `{"query":${JSON.stringify(query)},"variables":${variables}${more}}`,
});
interface Place {
  readonly path: string;
  readonly body: string;
  readonly method?: string;
}

/** Where a document, or a part of one, is kept. None of these writes if the JSON can not be kept. */
const KEPT: Record<string, Place> = {
  'a save': graphql(SAVE, '{"input":{"caseId":"{case}","onConflict":"FORCE","helper":{"a":{json}}}}'),
  'a save, in an array': graphql(
    SAVE,
    '{"input":{"caseId":"{case}","onConflict":"FORCE","helper":{"a":[0,[{json}]]}}}',
  ),
  'an opening': graphql(UPSERT, '{"input":{"plate":"8888888","helper":{"a":{"b":{json}}}}}'),
  'a draft': graphql(DRAFT, '{"input":{"caseId":"{case}","baseVersion":1,"helper":{"a":{json}}}}'),
  'a value of a patch': graphql(
    PATCH,
    '{"input":{"caseId":"{case}","expectedVersion":1,"patch":[{"op":"add","path":"/n","value":{json}}]}}',
  ),
  'a merge patch': graphql(PATCH, '{"input":{"caseId":"{case}","expectedVersion":1,"mergePatch":{"n":{"m":{json}}}}}'),
  'the gateway': {
    path: '/gateway/case_helper.save_full',
    body: '{"caseId":"{case}","onConflict":"FORCE","helper":{"a":{json}}}',
  },
  'a document of the web': { path: '/case/{case}/helper', method: 'PUT', body: '{"a":{json}}' },
};

/** Where JSON comes along and is not kept: it is refused, or does nothing. */
const READ: Record<string, Place> = {
  'a filter': graphql(FIND, '{"filter":{"helper":[{"pointer":"/a","equals":{json}}]}}'),
  'a filter by what it contains': graphql(FIND, '{"filter":{"helper":[{"pointer":"/a","contains":{json}}]}}'),
  'a variable that nobody reads': graphql('{ viewer { role } }', '{"v":{json}}'),
  'all variables': graphql('{ viewer { role } }', '{json}'),
  'a variable of another type': graphql('query ($id: ID) { case(id: $id) { id } }', '{"id":{json}}'),
  'an input of another type': graphql(UPSERT, '{"input":{"plate":{json}}}'),
  'an input': graphql(UPSERT, '{"input":{json}}'),
  extensions: graphql('{ viewer { role } }', '{}', ',"extensions":{"x":{json}}'),
  'an operation name': graphql('{ viewer { role } }', '{}', ',"operationName":{json}'),
  'a query': { path: '/graphql', body: '{"query":{json}}' },
  'a whole body': { path: '/graphql', body: '{json}' },
  'a whole body of the gateway': { path: '/gateway/case_helper.save_full', body: '{json}' },
  'a parameter of the gateway': { path: '/gateway/case.upsert', body: '{"plate":{json}}' },
};

const deep = (open: string, close: string, depth: number) => `${open.repeat(depth)}"${CANARY}"${close.repeat(depth)}`;
const DEPTHS = [70, 1_000, 10_000, 100_000, 500_000];
const PROTO = [
  '__proto__',
  '\\u005f_proto__',
  '\\u005F_proto__',
  '_\\u005fproto__',
  '__\\u0070roto__',
  '__pr\\u006fto__',
  '__proto\\u005f_',
  '__proto_\\u005f',
  '\\u005f\\u005fproto\\u005f\\u005f',
  '\\u005f\\u005f\\u0070\\u0072\\u006f\\u0074\\u006f\\u005f\\u005f',
  '__p\\u0072oto__',
  '__prot\\u006F__',
];

/** Not to be kept, whatever else it is in. */
const UNFAITHFUL: Record<string, () => string> = {
  ...Object.fromEntries(
    DEPTHS.flatMap((n) => [
      [`arrays ${n} deep`, () => deep('[', ']', n)],
      [`objects ${n} deep`, () => deep('{"a":', '}', n)],
    ]),
  ),
  ...Object.fromEntries(PROTO.map((key) => [`the key ${key}`, () => `{"${key}":{"polluted":"${CANARY}"}}`])),
  'the key __proto__ within constructor': () => `{"constructor":{"prototype":{"__proto__":{"polluted":1}}}}`,
  'U+0000': () => `"${CANARY}\\u0000"`,
  'U+0000 in a key': () => `{"a\\u0000":"${CANARY}"}`,
  'a high surrogate': () => `"${CANARY}\\ud800"`,
  'a low surrogate': () => `"\\udc00${CANARY}"`,
  'two high surrogates': () => `"${CANARY}\\ud800\\ud800"`,
  'surrogates the wrong way round': () => `"${CANARY}\\udc00\\ud800"`,
  'half of a pair in a key': () => `{"\\ud83d":"${CANARY}"}`,
  '2^53': () => '9007199254740992',
  '2^53 + 1': () => '9007199254740993',
  '-2^53': () => '-9007199254740992',
  '30 digits': () => '123456789012345678901234567890',
  '1e16': () => '1e16',
  '1e300': () => '1e300',
  '1e400': () => '1e400',
  '-1e400': () => '-1e400',
  '200,001 values': () => `[${'0,'.repeat(200_001)}"${CANARY}"]`,
  'a million values': () => `[${'0,'.repeat(1_000_000)}0]`,
  'a key of 600': () => `{"${'k'.repeat(600)}":"${CANARY}"}`,
  '6 MB': () => `"${CANARY}${'x'.repeat(6 * 1024 * 1024)}"`,
  '13 MB': () => `"${CANARY}${'x'.repeat(13 * 1024 * 1024)}"`,
};

/** No JSON at all. */
const BROKEN: Record<string, string> = {
  'a comma at the end': '[1,]',
  'a comment': '/* x */ 1',
  'single quotes': "'x'",
  'a key without quotes': '{a:1}',
  NaN: 'NaN',
  Infinity: '-Infinity',
  undefined: 'undefined',
  'a plus': '+1',
  'a zero in front': '01',
  hexadecimal: '0x10',
  'a dot at the end': '1.',
  'a dot in front': '.5',
  'half an exponent': '1e',
  'two minuses': '--1',
  'a line break in a text': '"a\nb"',
  'a tab in a text': '"a\tb"',
  'a text without an end': '"a',
  'an escape there is not': '"\\x41"',
  'half an escape': '"\\u12"',
  'two values': '1 2',
  'an object of lists': '{"a"}',
  '100,000 open brackets': '['.repeat(100_000),
};

/** Bytes that are no UTF-8. */
const BYTES: Record<string, number[]> = {
  'a byte there is not': [0xff],
  'half a character': [0xd7],
  'a continuation alone': [0x80],
  'an overlong U+0000': [0xc0, 0x80],
  'an overlong slash': [0xe0, 0x80, 0xaf],
  'a surrogate': [0xed, 0xa0, 0x80],
  'beyond Unicode': [0xf4, 0x90, 0x80, 0x80],
  'Latin-1': [0xe9, 0x20],
};

/** Text arguments: what a text can not hold, where the database would meet it. */
const TEXTS: Record<string, string> = {
  'U+0000': 'a\0b',
  'half of a pair': 'a\ud800',
  'too long': 'x'.repeat(100_000),
};
const TEXT_PLACES: [what: string, query: string, variables: (to: Target, text: string) => object][] = [
  ...['label', 'note'].map((name): (typeof TEXT_PLACES)[number] => [
    name,
    SAVE,
    ({ caseId }, text) => ({ input: { caseId, onConflict: 'FORCE', helper: { a: 1 }, [name]: text } }),
  ]),
  ...['plate', 'ownerName', 'filingId', 'inspectionLocation'].map((name): (typeof TEXT_PLACES)[number] => [
    name,
    UPSERT,
    (_, text) => ({ input: { plate: '8888888', [name]: text } }),
  ]),
  ['search', FIND, (_, text) => ({ filter: { search: text } })],
  ['plate of a filter', FIND, (_, text) => ({ filter: { plate: text } })],
  ['pointer of a filter', FIND, (_, text) => ({ filter: { helper: [{ pointer: `/${text}`, exists: true }] } })],
  [
    'path of a patch',
    PATCH,
    ({ caseId }, text) => ({
      input: { caseId, expectedVersion: 1, patch: [{ op: 'add', path: `/${text}`, value: 1 }] },
    }),
  ],
  [
    'pointer',
    'query ($id: ID!, $p: String) { case(id: $id) { helper { helperJson(pointer: $p) } } }',
    ({ caseId }, text) => ({ id: caseId, p: `/${text}` }),
  ],
  ['words', 'query ($q: String!) { kbSearch(query: $q) { pageInfo { hasNextPage } } }', (_, text) => ({ q: text })],
];

export function listJson(): BadInput[] {
  const few = (names: string[]) =>
    Object.fromEntries(Object.entries(UNFAITHFUL).filter(([name]) => names.some((part) => name.includes(part))));
  const web = {
    'a whole body': READ['a whole body']!,
    'the gateway': KEPT['the gateway']!,
    'a document of the web': KEPT['a document of the web']!,
  };
  return [
    ...inEach(KEPT, UNFAITHFUL),
    ...inEach(READ, few(['deep', '__proto__', 'surrogate', '1e400', 'million'])),
    ...inEach(web, Object.fromEntries(Object.entries(BROKEN).map(([what, text]) => [what, () => text]))),
    ...inEach(
      web,
      Object.fromEntries(
        Object.entries(BYTES).map(([what, bytes]) => [what, () => Buffer.from([0x22, ...bytes, 0x22])]),
      ),
    ),
    ...Object.entries(TEXTS).flatMap(([what, text]) =>
      TEXT_PLACES.map(([where, query, variables]) => ({
        title: `${what} in ${where}`,
        send: document(query, (to: Target) => variables(to, text)),
      })),
    ),
  ];
}

/** JSON that can be kept, in every place that keeps it: this writes, or the bad ones would be refused for another reason. */
export function listGoodJson(): BadInput[] {
  return inEach(KEPT, { 'a number': () => '1' });
}

function inEach(places: Record<string, Place>, values: Record<string, () => string | Buffer>): BadInput[] {
  return Object.entries(values).flatMap(([what, make]) =>
    Object.entries(places).map(([where, place]) => ({ title: `${what} in ${where}`, send: sendAt(place, make) })),
  );
}

function sendAt(place: Place, make: () => string | Buffer): BadInput['send'] {
  return (to) => {
    const json = make();
    const [before = '', after = ''] = place.body.replace('{case}', to.caseId).split('{json}');
    const body = Buffer.concat([Buffer.from(before), Buffer.from(json as string), Buffer.from(after)]);
    const headers = { ...headersOf(to.member), ...(place.method === 'PUT' ? { 'if-match': '*' } : {}) };
    return request(to.url + place.path.replace('{case}', to.caseId), { method: place.method ?? 'POST', headers, body });
  };
}
