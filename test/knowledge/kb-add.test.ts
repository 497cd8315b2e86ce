import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';
import { add, titles } from './knowledge-base.ts';

const NOTE = { title: 'נוהל פגושים', body: 'תמיד לבדוק חיישנים.', source: 'https://example.com/a', tags: ['נוהל'] };

test('a document is added once: the same title, source, language and text again answers the one that is there', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const first = await add(admin, NOTE);
  expect(first).toMatchObject({ ok: true, outcome: 'CREATED', doc: { ...NOTE, lang: 'he' } });
  const before = await countRows(world.db);
  expect(await add(admin, { ...NOTE, title: `  ${NOTE.title} `, tags: [] })).toMatchObject({
    outcome: 'EXISTING',
    doc: first.doc,
  });
  expect(await countRows(world.db)).toEqual(before);
  const others = [
    { title: 'אחר' },
    { source: 'https://example.com/b' },
    { source: null },
    { lang: 'en' },
    { body: 'תמיד' },
  ];
  for (const other of others) expect((await add(admin, { ...NOTE, ...other })).outcome).toBe('CREATED');
});

test('a document that is there gains the tags it did not have, and keeps its own', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  await add(admin, NOTE);
  const more = await add(admin, { ...NOTE, tags: [' פחחות ', 'נוהל', '', 'פחחות'] });
  expect(more).toMatchObject({ outcome: 'UPDATED', doc: { tags: ['נוהל', 'פחחות'] } });
  expect(await titles(admin, '', { tags: ['פחחות'] })).toEqual([NOTE.title]);
  const tooMany = await add(admin, { ...NOTE, tags: Array.from({ length: 49 }, (_, index) => `t${index}`) });
  expect(tooMany.userErrors).toMatchObject([{ code: 'VALIDATION_FAILED', field: ['input', 'tags'] }]);
});

test('the same document sent at once by many is added once, and each is answered it', async ({ world }) => {
  const org = await world.org();
  const people = await Promise.all([org.member('admin'), org.member('assessor'), org.member('admin')]);
  const answers = await Promise.all([...people, ...people].map((person) => add(person, NOTE)));
  expect(answers.map((answer) => answer.outcome).sort()).toEqual(['CREATED', ...Array(5).fill('EXISTING')]);
  expect(new Set(answers.map((answer) => answer.doc.id)).size).toBe(1);
  expect(await world.db.query('select count(*)::int as count from public.kb_docs')).toEqual([{ count: 1 }]);
});

test('a retry with its key is answered the first outcome, and the key is good for no other document', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const input = { ...NOTE, idempotencyKey: 'kb-note-1' };
  const answers = await Promise.all([add(admin, input), add(admin, input), add(admin, input)]);
  expect(answers.map((answer) => [answer.outcome, answer.idempotency.replayed]).sort()).toEqual([
    ['CREATED', false],
    ['CREATED', true],
    ['CREATED', true],
  ]);
  const other = await add(admin, { ...input, title: 'Other' });
  expect(other.userErrors[0].code).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('who may only read adds nothing, and organisations do not share documents', async ({ world }) => {
  const [org, elsewhere] = [await world.org(), await world.org()];
  const [admin, assessor, assistant] = [
    await org.member('admin'),
    await org.member('assessor'),
    await org.member('assistant'),
  ];
  expect((await add(assessor, NOTE)).outcome).toBe('CREATED');
  const readers = [assistant, await org.apiKey(['org.read', 'kb.read']), await world.user()];
  const before = await countRows(world.db);
  for (const client of readers) {
    const refused = await add(client, NOTE);
    expect(refused).toMatchObject({ ok: false, doc: null, userErrors: [{ code: 'FORBIDDEN' }] });
  }
  expect(await countRows(world.db)).toEqual(before);
  // Word for word what another office has: it is new here, and its id says nothing of theirs.
  const theirs = await add(await elsewhere.member('admin'), NOTE);
  expect(theirs.outcome).toBe('CREATED');
  expect((await admin.data('query ($id: ID!) { node(id: $id) { id } }', { id: theirs.doc.id })).node).toBeNull();
  const key = await org.apiKey(['org.read', 'kb.read', 'kb.write']);
  expect((await add(key, NOTE)).outcome).toBe('EXISTING');
  expect((await add(await world.service({ 'x-org-id': org.id }), NOTE)).outcome).toBe('EXISTING');
});

test('a document is told in the feed with its type, and read again by its id', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { doc } = await add(admin, NOTE);
  const { feedPage } = await admin.data(
    '{ feedPage { changes { entity kind entityId caseId node { id ... on KbDoc { title body } } } } }',
  );
  expect(feedPage.changes.at(-1)).toEqual({
    entity: 'kb_docs',
    kind: 'CREATED',
    entityId: doc.id,
    caseId: null,
    node: { id: doc.id, title: NOTE.title, body: NOTE.body },
  });
});

test('what is no document is refused by its field, and nothing is written', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  await add(admin, NOTE);
  const before = await countRows(world.db);
  const wrong: [what: string, input: Record<string, unknown>, field: string][] = [
    ['an empty title', { title: '' }, 'title'],
    ['a blank title', { title: ' \n' }, 'title'],
    ['a title of 501', { title: 'x'.repeat(501) }, 'title'],
    ['U+0000 in a title', { title: 'a\0' }, 'title'],
    ['an empty body', { body: '' }, 'body'],
    ['a body of 100,001', { body: 'א'.repeat(100_001) }, 'body'],
    ['half a surrogate pair', { body: 'a\ud800' }, 'body'],
    ['a source of 1,001', { source: 'x'.repeat(1_001) }, 'source'],
    ['a language that is none', { lang: 'hebrew' }, 'lang'],
    ['an empty language', { lang: '' }, 'lang'],
    ['a tag of 101', { tags: ['x'.repeat(101)] }, 'tags'],
    ['U+0000 in a tag', { tags: ['\0'] }, 'tags'],
    ['half a surrogate pair in a tag', { tags: ['\udc00'] }, 'tags'],
    ['51 tags', { tags: Array.from({ length: 51 }, (_, index) => `t${index}`) }, 'tags'],
  ];
  for (const [what, input, field] of wrong)
    expect((await add(admin, { ...NOTE, ...input })).userErrors, what).toMatchObject([
      { code: 'VALIDATION_FAILED', field: ['input', field] },
    ]);
  expect(await countRows(world.db)).toEqual(before);
});

test('the largest text is kept and searched, also one of signs that stand for many letters', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const bodies = [
    `${Array.from({ length: 12_000 }, (_, index) => String.fromCharCode(1488 + (index % 27)) + index).join(' ')} סוף`,
    'ﷺ '.repeat(50_000),
    '😀'.repeat(50_000),
    '\u0301'.repeat(100_000),
    'x'.repeat(100_000),
  ];
  for (const [index, body] of bodies.entries())
    expect((await add(admin, { title: `large ${index}`, body: body.slice(0, 100_000) })).outcome).toBe('CREATED');
  expect(await titles(admin, 'large')).toHaveLength(bodies.length);
  expect(await titles(admin, 'סוף')).toEqual(['large 0']);
});
