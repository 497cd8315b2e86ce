import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { statementsOf } from '../support/statements.ts';
import { addDocs, SEARCH, titles } from './knowledge-base.ts';

const DOCS = [
  { title: 'פגוש', body: 'כללים לבדיקה.', tags: ['פחחות', 'נוהל'] },
  { title: 'בדיקה', body: 'להחליף את הפגוש האחורי במוסך מורשה.', tags: ['פחחות'] },
  { title: 'מחירון', body: 'פגושים אחוריים: 1,200 ש"ח. אין לצבוע.', tags: [] },
  { title: 'צה״ל', body: 'רכב של צה"ל נבדק בבסיס.', tags: ['צבא'] },
  {
    title: 'Bumper guide',
    body: 'How to repair a rear bumper. Replace the bumper of a rear.',
    tags: ['guide'],
    lang: 'en',
  },
  { title: 'Paint', body: 'Wet paint on a Cohén e-mail.', tags: ['guide', 'paint'], lang: 'en' },
];

test('words, phrases, exclusions, tags and language each narrow the hits; the best come first', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  await addDocs(admin, DOCS);
  const table: [query: string, titles: string[], rest?: Record<string, unknown>][] = [
    ['פגוש', ['פגוש', 'בדיקה', 'מחירון']],
    ['בפגוש', ['פגוש', 'בדיקה', 'מחירון']],
    ['פָּגוֹשׁ', ['פגוש', 'בדיקה', 'מחירון']],
    ['"פגוש אחורי"', ['בדיקה']],
    ['"אחורי פגוש"', []],
    ['"בפגוש האחורי"', []],
    ['"הפגוש האחורי"', ['בדיקה']],
    ['"פגוש האחורי"', ['בדיקה']],
    ['מוסך', ['בדיקה']],
    ['פגוש -מוסך', ['פגוש', 'מחירון']],
    ['פגוש -"במוסך מורשה"', ['פגוש', 'מחירון']],
    ['-מוסך פגוש -כללים', ['מחירון']],
    ['צהל', ['צה״ל']],
    ['צה"ל', ['צה״ל']],
    ['"צה"ל נבדק"', ['צה״ל']],
    ['ש"ח', ['מחירון']],
    ['1,200', ['מחירון']],
    ['bumper', ['Bumper guide']],
    ['BUMP', ['Bumper guide']],
    ['bumpre', ['Bumper guide']],
    ['cohen', ['Paint']],
    ['e-mail', ['Paint']],
    ['"rear bumper"', ['Bumper guide']],
    ['"bumper rear"', []],
    ['"repair a bump"', []],
    ['rear paint', []],
    ['"wet paint', ['Paint']],
    ['guide', ['Bumper guide', 'Paint']],
    ['פחחות', ['פגוש', 'בדיקה']],
    ['פגוש', ['פגוש', 'בדיקה'], { tags: ['פחחות'] }],
    ['פגוש', ['פגוש'], { tags: ['פחחות', ' נוהל '] }],
    ['פגוש', ['פגוש', 'בדיקה', 'מחירון'], { tags: [] }],
    ['פגוש', [], { tags: ['פח'] }],
    ['paint', ['Paint'], { lang: 'EN' }],
    ['paint', [], { lang: 'he' }],
    ['', ['Paint', 'Bumper guide'], { tags: ['guide'] }],
    ['-paint', ['Bumper guide'], { tags: ['guide'] }],
  ];
  for (const [query, found, rest] of table)
    expect(await titles(admin, query, rest), `${query} ${JSON.stringify(rest ?? {})}`).toEqual(found);
});

test('a search that names nothing to look for is refused with what to do; signs find nothing and never fail', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  await addDocs(admin, DOCS);
  const refused: [variables: Record<string, unknown>, field: string][] = [
    [{ query: '' }, 'query'],
    [{ query: ' \n\t ' }, 'query'],
    [{ query: '-paint' }, 'query'],
    [{ query: '--' }, 'query'],
    [{ query: '-"' }, 'query'],
    [{ query: '-"wet paint" -bumper', tags: [''] }, 'query'],
    [{ query: '\u200f\u202b' }, 'query'],
    [{ query: 'a\0' }, 'query'],
    [{ query: 'a\ud800' }, 'query'],
    [{ query: 'x'.repeat(501) }, 'query'],
    [{ query: 'x '.repeat(5_120) }, 'query'],
    [{ query: 'x '.repeat(17) }, 'query'],
    [{ query: 'x', tags: ['\0'] }, 'tags'],
    [{ query: 'x', tags: Array.from({ length: 21 }, (_, index) => `t${index}`) }, 'tags'],
    [{ query: 'x', lang: "he'" }, 'lang'],
    [{ query: 'x', first: 0 }, 'first'],
    [{ query: 'x', first: 201 }, 'first'],
  ];
  for (const [variables, field] of refused)
    expect(
      (await admin.send(SEARCH, variables)).errors?.[0]?.extensions,
      JSON.stringify(variables).slice(0, 60),
    ).toMatchObject({
      code: 'VALIDATION_FAILED',
      field: [field],
    });
  const nothing = [
    '"',
    '""',
    '"""',
    '-',
    '- -',
    '%',
    '_',
    '\\',
    "'",
    "' or true --",
    '!&|()<->:*',
    '😀',
    'ﷺ'.repeat(400),
  ];
  nothing.push("'x':*", '\\\\', '$9', "Q'\\'", '"-"', 'ש'.repeat(500), '"'.repeat(500));
  for (const query of nothing) expect(await titles(admin, query), JSON.stringify(query).slice(0, 60)).toEqual([]);
  // Beside words they change nothing.
  for (const query of [
    '"paint',
    'paint"',
    'paint -',
    'paint ""',
    '\u200fpaint\u200e',
    'paint % _ \\',
    '(paint)',
    "'paint'",
  ])
    expect(await titles(admin, query), JSON.stringify(query)).toEqual(['Paint']);
});

test('the words found are marked in an excerpt, and everything else of it is escaped', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const filler = 'אין כאן דבר. '.repeat(60);
  await addDocs(admin, [
    { title: 'one', body: `${filler}<b onclick="x('y')">במוסך</b> & המוסכים של צה"ל ${filler}` },
    { title: 'two', body: '<script>alert(1)</script>', tags: ['צבא'] },
    { title: 'three', body: 'Paint, paints; repaint. PAINT' },
  ]);
  const excerpt = async (query: string, rest = {}) =>
    (await admin.data(SEARCH, { query, ...rest })).kbSearch.edges[0].node.excerpt;
  const one = await excerpt('מוסך צהל');
  expect(one).toContain(
    '&lt;b onclick=&quot;x(&#39;y&#39;)&quot;&gt;<mark>במוסך</mark>&lt;/b&gt; &amp; <mark>המוסכים</mark> של <mark>צה&quot;ל</mark>',
  );
  expect(one).toMatch(/^….*…$/);
  expect(one.length).toBeLessThan(500);
  expect(await excerpt('', { tags: ['צבא'] })).toBe('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(await excerpt('paint')).toBe('<mark>Paint</mark>, <mark>paints</mark>; repaint. <mark>PAINT</mark>');
  expect(await excerpt('"paint" -nothing')).toBe('<mark>Paint</mark>, paints; repaint. <mark>PAINT</mark>');
});

test('pages visit each hit exactly once while documents are added, and a cursor is refused where it is none', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const doc = (index: number) => ({
    title: `${index % 3 === 0 ? 'garage ' : ''}note ${index}`,
    body: `${'garage '.repeat(1 + (index % 4))} text ${index}`,
  });
  await addDocs(
    admin,
    Array.from({ length: 17 }, (_, index) => doc(index)),
  );
  const whole = await titles(admin, 'garage');
  expect(whole).toHaveLength(17);
  const seen: string[] = [];
  const page = async (after: string | null) =>
    (await admin.data(SEARCH, { query: 'garage', first: 4, after })).kbSearch;
  let after: string | null = null;
  for (let more = true, extra = 100; more; extra++) {
    const { nodes, pageInfo }: Awaited<ReturnType<typeof page>> = await page(after);
    seen.push(...nodes.map((node: { doc: { title: string } }) => node.doc.title));
    if (extra < 106) await addDocs(admin, [doc(extra)]);
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.filter((title) => whole.includes(title))).toEqual(whole);
  for (const wrong of ['', 'x', Buffer.from('["rank-,createdAt-,id-","1e9","x","y"]').toString('base64url')])
    expect((await admin.send(SEARCH, { query: 'garage', after: wrong })).errors?.[0]?.extensions.code).toBe(
      'INVALID_CURSOR',
    );
});

test('a search costs the same statements whatever it finds', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  await addDocs(
    admin,
    Array.from({ length: 8 }, (_, index) => ({ title: `garage ${index}`, body: `garage ${index}` })),
  );
  const sent = (first: number) =>
    statementsOf(
      () => admin.data(SEARCH, { query: 'garage', first }),
      (text) => text.includes('kb_docs'),
    );
  const one = await sent(1);
  const eight = await sent(8);
  // begin, identity, organisation, page, count, documents, excerpts, commit
  expect(eight.length, eight.join('\n')).toBe(8);
  expect(one.length).toBe(eight.length);
});

test('everybody of the organisation finds its documents, and nobody else', async ({ world }) => {
  const [org, elsewhere] = [await world.org(), await world.org()];
  const assessor = await org.member('assessor');
  await addDocs(assessor, DOCS);
  const service = await world.service({ 'x-org-id': org.id });
  for (const reader of [assessor, await org.member('assistant'), await org.apiKey(['kb.read']), service])
    expect(await titles(reader, 'bumper')).toEqual(['Bumper guide']);
  for (const stranger of [await elsewhere.member('admin'), await org.apiKey(['org.read', 'case.read'])])
    expect(await titles(stranger, 'bumper')).toEqual([]);
  // Past the server, too.
  const ask = async (claims: object) =>
    (
      await world.db.query<{ found: number }>(
        `with me as materialized (select set_config('request.jwt.claims', $1, true))
         select count(*)::int as found from me, private.search_kb($2, '[{"text":"bumper","exact":false,"negated":false}]', null, null)`,
        [JSON.stringify(claims), org.id],
      )
    )[0]!.found;
  expect(await ask({ role: 'authenticated', sub: assessor.userId })).toBe(1);
  expect(await ask({ role: 'authenticated', sub: (await elsewhere.member('admin')).userId })).toBe(0);
  expect(await ask({})).toBe(0);
});
