import { expect } from 'vitest';
import { bulkWriter, faultsOf } from '../support/bulk.ts';
import { openCase } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { countRows } from '../support/row-counts.ts';
import { statementsOf } from '../support/statements.ts';

const upsertImages = bulkWriter(
  'imagesUpsert',
  'image { databaseId originalKey processedKey displayOrder category recognizedPart confidence meta deletedAt source }',
);

async function namesOf(client: TestClient, caseId: string, args = ''): Promise<string[]> {
  const found = await client.data(`query ($id: ID!) { case(id: $id) { images${args} { nodes { filename } } } }`, {
    id: caseId,
  });
  return found.case.images.nodes.map((node: { filename: string }) => node.filename);
}

test('images are matched by id, else by the key of their original; what is not sent stays', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const made = await upsertImages(admin, {
    caseId,
    images: [
      { originalKey: 'originals/1.jpg', category: 'DAMAGE', meta: { exif: ['צילום', 1] } },
      { originalKey: 'originals/2.jpg' },
    ],
  });
  expect(made).toMatchObject({ ok: true, outcome: 'CREATED' });
  const [first, second] = made.items.map((item: { image: { databaseId: string } }) => item.image.databaseId);
  const again = await upsertImages(admin, {
    caseId,
    source: 'MAKE',
    images: [
      { id: second, displayOrder: 3 },
      { originalKey: 'originals/1.jpg', recognizedPart: 'כנף קדמית', confidence: '0.93' },
    ],
  });
  expect(again).toMatchObject({
    outcome: 'UPDATED',
    items: [
      { outcome: 'UPDATED', image: { databaseId: second, originalKey: 'originals/2.jpg', displayOrder: 3 } },
      {
        outcome: 'UPDATED',
        image: {
          databaseId: first,
          category: 'DAMAGE',
          recognizedPart: 'כנף קדמית',
          confidence: '0.93',
          meta: { exif: ['צילום', 1] },
          source: 'MAKE',
        },
      },
    ],
  });
});

test('an image that is put aside is listed only when asked for, and comes back as it was', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  await upsertImages(admin, { caseId, images: [{ originalKey: 'a', filename: 'a', displayOrder: 1 }] });
  const aside = await upsertImages(admin, { caseId, images: [{ originalKey: 'a', deleted: true }] });
  const { deletedAt } = aside.items[0].image;
  expect(deletedAt).not.toBeNull();
  expect(await namesOf(admin, caseId)).toEqual([]);
  expect(await namesOf(admin, caseId, '(includeDeleted: true)')).toEqual(['a']);
  // Again: since when stays as it was, and nothing is written.
  const twice = await upsertImages(admin, { caseId, images: [{ originalKey: 'a', deleted: true }] });
  expect(twice).toMatchObject({ outcome: 'UNCHANGED', items: [{ image: { deletedAt } }] });
  const back = await upsertImages(admin, { caseId, images: [{ originalKey: 'a', deleted: false }] });
  expect(back).toMatchObject({ outcome: 'UPDATED', items: [{ image: { deletedAt: null, displayOrder: 1 } }] });
  expect(await namesOf(admin, caseId)).toEqual(['a']);
});

test('images come by their place, then those without one as they came, on every page', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const places = [null, 2, 1, null, 2, 0];
  const images = places.map((displayOrder, index) => ({
    filename: `${index}`,
    displayOrder,
    category: index % 2 ? 'ODD' : 'EVEN',
    damageCenterCode: 'dc_1',
    recognizedPart: index === 3 ? 'door' : 'wing',
  }));
  await upsertImages(admin, { caseId, images });
  expect(await namesOf(admin, caseId)).toEqual(['5', '2', '1', '4', '0', '3']);
  expect(await namesOf(admin, caseId, '(category: "ODD", damageCenterCode: "dc_1")')).toEqual(['5', '1', '3']);
  expect(await namesOf(admin, caseId, '(recognizedPart: "door")')).toEqual(['3']);
  const PAGE =
    'query ($id: ID!, $after: String) { case(id: $id) { images(first: 2, after: $after) { nodes { filename } totalCount pageInfo { hasNextPage endCursor } } } }';
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const found = await admin.data(PAGE, { id: caseId, after });
    const page: Awaited<ReturnType<typeof admin.data>> = found.case.images;
    expect(page.totalCount).toBe(6);
    seen.push(...page.nodes.map((node: { filename: string }) => node.filename));
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
  }
  expect(seen).toEqual(['5', '2', '1', '4', '0', '3']);
});

test('bad images are refused one by one, and an atomic call writes none', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { databaseId: caseId } = await openCase(admin);
  const other = await openCase(admin, { plate: '1234567' });
  const kept = await upsertImages(admin, { caseId, images: [{ originalKey: 'mine' }, { originalKey: 'other' }] });
  const foreign = await upsertImages(admin, { caseId: other.databaseId, images: [{ originalKey: 'mine' }] });
  const before = await countRows(world.db);
  const refused = await upsertImages(admin, {
    caseId,
    images: [
      { originalKey: 'new' },
      { displayOrder: -1 },
      { confidence: '1.01' },
      { confidence: '0.12345' },
      { id: foreign.items[0].image.databaseId },
      { id: kept.items[0].image.databaseId, originalKey: 'other' },
      { originalKey: 'new' },
      { filename: 'x'.repeat(501) },
    ],
  });
  expect(faultsOf(refused)).toEqual([
    ['VALIDATION_FAILED', ['1', 'displayOrder']],
    ['VALIDATION_FAILED', ['2', 'confidence']],
    ['VALIDATION_FAILED', ['3', 'confidence']],
    ['NOT_FOUND', ['4', 'id']],
    ['DUPLICATE', ['5']],
    ['DUPLICATE', ['6']],
    ['VALIDATION_FAILED', ['7', 'filename']],
  ]);
  expect(await countRows(world.db)).toEqual(before);
});

test('the images of many cases cost the same statements as those of one', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  for (let index = 0; index < 4; index++) {
    const { databaseId: caseId } = await openCase(admin, { plate: String(1_000_000 + index) });
    await upsertImages(admin, { caseId, images: ['a', 'b'].map((filename) => ({ filename, originalKey: filename })) });
  }
  const list = (first: number) =>
    `{ cases(first: ${first}) { nodes { images(first: 1) { totalCount nodes { filename case { version } createdBy { name } } } } } }`;
  const run = (first: number) =>
    statementsOf(
      () => admin.data(list(first)),
      (text) => text.includes('images'),
    );
  await run(4);
  expect((await run(4)).length).toBe((await run(1)).length);
});
