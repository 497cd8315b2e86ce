import { expect } from 'vitest';
import { openCase, save, upsert } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { statementsOf } from '../support/statements.ts';

const TIMELINE = /* GraphQL */ `
  query Timeline($id: ID!, $types: [String!], $first: Int, $after: String, $last: Int, $before: String) {
    case(id: $id) {
      timeline(types: $types, first: $first, after: $after, last: $last, before: $before) {
        totalCount
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        nodes { type at kind entity entityId changedFields version actor { kind id } node { id } }
      }
    }
  }
`;

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
async function timeline(client: TestClient, id: string, variables: Record<string, unknown> = {}): Promise<any> {
  return (await client.data(TIMELINE, { id, ...variables })).case.timeline;
}

const typesOf = (page: { nodes: { type: string }[] }) => page.nodes.map((event) => event.type);

async function live(client: TestClient, userId: string) {
  const opened = await openCase(client, { helper: { a: 1 } });
  await upsert(client, { caseId: opened.id, status: 'IN_PROGRESS' });
  await upsert(client, { caseId: opened.id, assignedTo: userId });
  await save(client, { caseId: opened.id, expectedVersion: 1, helper: { a: 2 } });
  const add = (mutation: string, input: string) =>
    client.data(`mutation { ${mutation}(input: { caseId: "${opened.id}", ${input} }) { ok } }`);
  await add('filesUpsert', 'files: [{ filename: "a" }, { filename: "b" }]');
  await add('reportsUpsert', 'reports: [{ reportType: ESTIMATE, storageKey: "e" }]');
  await add('reportsUpsert', 'reports: [{ storageKey: "e", status: FINAL }]');
  await add('imagesUpsert', 'images: [{ originalKey: "i" }]');
  await add('imagesUpsert', 'images: [{ originalKey: "i", displayOrder: 1, recognizedPart: "door" }]');
  return opened;
}

test('what happened to a case is told newest first, by what it was, whose it was and which fields it touched', async ({
  world,
}) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const opened = await live(admin, assessor.userId);
  await openCase(admin, { plate: '1234567' });
  const page = await timeline(admin, opened.id);
  expect(typesOf(page)).toEqual([
    'IMAGES_UPDATED',
    'IMAGE_ADDED',
    'REPORT_FINAL',
    'REPORT_ADDED',
    'FILE_ADDED',
    'HELPER_SAVED',
    'ASSIGNED',
    'STATUS_CHANGE',
    'HELPER_SAVED',
    'CASE_OPENED',
  ]);
  expect(page.totalCount).toBe(10);
  const [image, , , , files, saved, assigned, status] = page.nodes;
  expect(image).toMatchObject({ kind: 'UPDATED', entity: 'images', changedFields: ['displayOrder', 'recognizedPart'] });
  expect(image.node.id).toBe(image.entityId);
  expect(files).toMatchObject({ entityId: null, changedFields: [], node: null });
  expect(saved).toMatchObject({ version: 2, actor: { kind: 'USER', id: admin.userId } });
  expect(assigned.changedFields).toEqual(['assignedTo']);
  expect(status).toMatchObject({ changedFields: ['status'], node: { id: opened.id } });
  // The feed tells the same of each.
  const { feedPage } = await admin.data(
    'query ($id: ID!) { feedPage(caseId: $id) { changes { entityId changedFields } } }',
    { id: opened.id },
  );
  expect(feedPage.changes.reverse()).toEqual(
    page.nodes.map((event: { entityId: string; changedFields: string[] }) => ({
      entityId: event.entityId,
      changedFields: event.changedFields,
    })),
  );
});

test('events are found by their types, and a type that is none is refused by name', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const opened = await live(admin, admin.userId);
  const some = await timeline(admin, opened.id, { types: ['HELPER_SAVED', 'IMAGES_UPDATED'] });
  expect(typesOf(some)).toEqual(['IMAGES_UPDATED', 'HELPER_SAVED', 'HELPER_SAVED']);
  expect(some.totalCount).toBe(3);
  const wrong = await admin.send(TIMELINE, { id: opened.id, types: ['HELPER_SAVD'] });
  expect(wrong.errors).toMatchObject([{ extensions: { code: 'VALIDATION_FAILED', field: ['types'] } }]);
  expect(wrong.errors![0]!.message).toContain('HELPER_SAVED');
});

test('a page begins where the one before ended, forwards and backwards, while more happens', async ({ world }) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const opened = await live(admin, admin.userId);
  const all = typesOf(await timeline(admin, opened.id));
  const forward: string[] = [];
  for (let after: string | null = null; ; ) {
    const page = await timeline(admin, opened.id, { first: 3, after });
    forward.push(...typesOf(page));
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
    await upsert(admin, { caseId: opened.id, ownerName: `owner ${forward.length}` });
  }
  expect(forward).toEqual(all);
  const last = await timeline(admin, opened.id, { last: 2 });
  expect(typesOf(last)).toEqual(all.slice(-2));
  const before = await timeline(admin, opened.id, { last: 2, before: last.pageInfo.startCursor });
  expect(typesOf(before)).toEqual(all.slice(-4, -2));
  const forged = await admin.send(TIMELINE, { id: opened.id, after: 'WyJzZXEtIiwiMSBvciAxPTEiXQ' });
  expect(forged.errors).toMatchObject([{ extensions: { code: 'INVALID_CURSOR' } }]);
});

test('who does not see the case sees nothing of what happened to it; a colleague it is shared with sees all', async ({
  world,
}) => {
  const org = await world.org();
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const opened = await openCase(admin, { helper: { a: 1 } });
  const refused = await assessor.send(TIMELINE, { id: opened.id });
  expect(refused.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  await world.db.query('insert into public.case_collaborators (org_id, case_id, user_id) values ($1, $2, $3)', [
    org.id,
    opened.databaseId,
    assessor.userId,
  ]);
  expect(typesOf(await timeline(assessor, opened.id))).toEqual(['SHARED', 'HELPER_SAVED', 'CASE_OPENED']);
});

test('the timelines of many cases cost the same statements as one', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  for (const plate of ['1234567', '1234568', '1234569']) await openCase(admin, { plate, helper: { a: 1 } });
  const run = (first: number) =>
    statementsOf(
      () => admin.data(`{ cases(first: ${first}) { nodes { timeline(first: 2) { totalCount nodes { type } } } } }`),
      (text) => text.includes('change_log'),
    );
  await run(3);
  expect((await run(3)).length).toBe((await run(1)).length);
});
