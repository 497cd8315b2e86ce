import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';
import { statementsOf } from '../support/statements.ts';

const UPSERT_FILES = /* GraphQL */ `
  mutation UpsertFiles($input: FilesUpsertInput!) {
    filesUpsert(input: $input) {
      ok outcome userErrors { code message field } idempotency { replayed }
      items { index outcome file { databaseId filename sizeBytes category source createdBy { id } } userErrors { code message field } }
    }
  }
`;

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
async function upsertFiles(client: TestClient, input: Record<string, unknown>): Promise<any> {
  return (await client.data(UPSERT_FILES, { input })).filesUpsert;
}

test('files are matched by id, else OneDrive id, else storage key, else checksum; what is not sent stays', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const made = await upsertFiles(admin, {
    caseId,
    files: [
      { filename: 'a.pdf', onedriveFileId: 'one', sizeBytes: 10, category: 'LICENCE' },
      { filename: 'b.pdf', storageKey: 'docs/b.pdf' },
      { filename: 'c.pdf', checksum: 'sum' },
    ],
  });
  expect(made).toMatchObject({ ok: true, outcome: 'CREATED' });
  expect(made.items.map((item: { outcome: string }) => item.outcome)).toEqual(['CREATED', 'CREATED', 'CREATED']);
  const [a, b, c] = made.items.map((item: { file: { databaseId: string } }) => item.file.databaseId);

  const again = await upsertFiles(admin, {
    caseId,
    source: 'MAKE',
    files: [
      { filename: 'c2.pdf', id: c },
      { filename: 'a.pdf', onedriveFileId: 'one' },
      { filename: 'b2.pdf', storageKey: 'docs/b.pdf' },
    ],
  });
  expect(again).toMatchObject({
    ok: true,
    outcome: 'UPDATED',
    items: [
      { index: 0, outcome: 'UPDATED', file: { databaseId: c, filename: 'c2.pdf', source: 'MAKE' } },
      { index: 1, outcome: 'UNCHANGED', file: { databaseId: a, sizeBytes: 10, category: 'LICENCE', source: 'UI' } },
      { index: 2, outcome: 'UPDATED', file: { databaseId: b, filename: 'b2.pdf', createdBy: { id: admin.userId } } },
    ],
  });
});

test('a file that is known by another OneDrive id is another file, whatever its checksum', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const files = ['one', 'two'].map((onedriveFileId) => ({ filename: 'a.pdf', onedriveFileId, checksum: 'same' }));
  const made = await upsertFiles(admin, { caseId, files });
  expect(made.items.map((item: { outcome: string }) => item.outcome)).toEqual(['CREATED', 'CREATED']);
  const again = await upsertFiles(admin, { caseId, files });
  expect(again.outcome).toBe('UNCHANGED');
});

const BAD_FILES = [
  { filename: 'good.pdf' },
  { filename: '' },
  { filename: 'a.pdf', sizeBytes: -1 },
  { filename: 'a.pdf', id: '00000000-0000-4000-8000-000000000000' },
  { filename: 'b.pdf', storageKey: 'same' },
  { filename: 'c.pdf', storageKey: 'same' },
];

test('one bad item refuses all of an atomic call, names every fault, and writes nothing', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const before = await countRows(world.db);
  const refused = await upsertFiles(admin, { caseId, idempotencyKey: 'files-atomic', files: BAD_FILES });
  expect(refused).toMatchObject({ ok: false, outcome: 'REJECTED', idempotency: null });
  expect(
    refused.userErrors.map((error: { code: string; field: string[] }) => [error.code, error.field.slice(2)]),
  ).toEqual([
    ['VALIDATION_FAILED', ['1', 'filename']],
    ['VALIDATION_FAILED', ['2', 'sizeBytes']],
    ['NOT_FOUND', ['3', 'id']],
    ['DUPLICATE', ['5']],
  ]);
  expect(refused.items.map((item: { outcome: string }) => item.outcome)).toEqual(Array(6).fill('REJECTED'));
  expect(await countRows(world.db)).toEqual(before);
});

test('without atomic each item stands alone, and a replay answers the same', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const input = { caseId, atomic: false, idempotencyKey: 'files-alone', files: BAD_FILES };
  const first = await upsertFiles(admin, input);
  expect(first).toMatchObject({ ok: false, outcome: 'CREATED', idempotency: { replayed: false } });
  expect(first.items.map((item: { outcome: string }) => item.outcome)).toEqual([
    'CREATED',
    'REJECTED',
    'REJECTED',
    'REJECTED',
    'CREATED',
    'REJECTED',
  ]);
  const second = await upsertFiles(admin, input);
  expect(second).toEqual({ ...first, idempotency: { replayed: true } });
  expect((await countRows(world.db))['public.docs']).toBe(2);
});

test('the same files sent ten times at once are there once', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const files = ['a', 'b', 'c'].map((name) => ({ filename: name, storageKey: name }));
  const answers = await Promise.all(Array.from({ length: 10 }, () => upsertFiles(admin, { caseId, files })));
  expect(answers.map((answer) => answer.outcome).sort()).toEqual(['CREATED', ...Array(9).fill('UNCHANGED')]);
  expect((await countRows(world.db))['public.docs']).toBe(3);
});

test('five thousand files are one statement and one entry of the feed, and are answered in order', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const files = Array.from({ length: 5_000 }, (_, index) => ({
    filename: `${index}.jpg`,
    storageKey: `images/${index}`,
  }));
  let made: Awaited<ReturnType<typeof upsertFiles>>;
  const statements = await statementsOf(
    async () => {
      made = await upsertFiles(admin, { caseId, files });
    },
    (text) => text.includes('public.docs'),
  );
  expect(statements.filter((text) => /insert into public\.docs/.test(text))).toHaveLength(1);
  expect(made.items.map((item: { file: { filename: string } }) => item.file.filename)).toEqual(
    files.map((file) => file.filename),
  );
  const log = await world.db.query(
    "select kind, entity_id, cardinality(entity_ids) as ids from feed.change_log where entity = 'docs'",
  );
  expect(log).toEqual([{ kind: 'CREATED', entity_id: null, ids: 100 }]);
});

test('more than ten thousand items are refused as a whole', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const files = Array.from({ length: 10_001 }, () => ({ filename: 'a' }));
  const refused = await upsertFiles(admin, { caseId, files });
  expect(refused).toMatchObject({
    outcome: 'REJECTED',
    items: [],
    userErrors: [{ code: 'PAYLOAD_TOO_LARGE', field: ['input', 'files'] }],
  });
});

test('who may only read is refused, and a case of another organisation is not there', async ({ world }) => {
  const org = await world.org();
  const { databaseId: caseId } = await openCase(await org.member('admin'));
  const input = { caseId, files: [{ filename: 'a' }] };
  const assistant = await upsertFiles(await org.member('assistant'), input);
  expect(assistant.userErrors).toMatchObject([{ code: 'FORBIDDEN', field: ['input', 'caseId'] }]);
  const stranger = await upsertFiles(await (await world.org()).member('admin'), input);
  expect(stranger.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'caseId'] }]);
  expect((await countRows(world.db))['public.docs']).toBe(0);
});

test('the files of many cases cost the same statements as those of one', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  for (let index = 0; index < 8; index++) {
    const { databaseId: caseId } = await openCase(admin, { plate: String(1_000_000 + index) });
    await upsertFiles(admin, { caseId, files: ['a', 'b', 'c'].map((filename) => ({ filename, category: filename })) });
  }
  const list = (first: number) =>
    `{ cases(first: ${first}) { nodes { files(first: 2) { totalCount nodes { filename case { version } } pageInfo { hasNextPage endCursor } } c: files(category: "c") { nodes { filename } } } } }`;
  const run = (first: number) =>
    statementsOf(
      () => admin.data(list(first)),
      (text) => text.includes('docs'),
    );
  await run(8);
  const eight = await run(8);
  expect(eight.length, eight.map((t) => t.slice(0, 150)).join('\n')).toBe((await run(1)).length);
  const { cases } = await admin.data(list(8));
  for (const { files, c } of cases.nodes) {
    expect(files).toMatchObject({
      totalCount: 3,
      nodes: [{ filename: 'c' }, { filename: 'b' }],
      pageInfo: { hasNextPage: true },
    });
    expect(c.nodes).toEqual([{ filename: 'c' }]);
  }
});
