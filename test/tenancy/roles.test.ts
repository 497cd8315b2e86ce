import { expect } from 'vitest';
import { openCase, save, upsert } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { type Member, type Org, test, type World } from '../support/fixtures.ts';

const RESTORE = `mutation ($input: CaseHelperRestoreLatestInput!) {
  caseHelperRestoreLatest(input: $input) { ok outcome userErrors { code } } }`;
const DRAFT = `mutation ($input: CaseHelperDraftSaveInput!) {
  caseHelperDraftSave(input: $input) { ok userErrors { code } draft { helperJson } } }`;

/** What one caller can do with one case: each verb as true, or as the code it is refused with. */
const NOTHING = {
  read: 'NOT_FOUND',
  listed: false,
  save: 'NOT_FOUND',
  rename: 'NOT_FOUND',
  restore: 'NOT_FOUND',
  draft: 'NOT_FOUND',
};
const READS = { read: true, listed: true, save: 'FORBIDDEN', rename: 'FORBIDDEN', restore: 'FORBIDDEN', draft: true };
const WRITES = { read: true, listed: true, save: true, rename: true, restore: true, draft: true };

test('under ROLES an assessor reads and writes own, assigned and shared cases, and sees no others', async ({
  world,
}) => {
  const org = await world.org({ access: 'ROLES' });
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const own = await openCase(assessor, { plate: '11111' });
  const assigned = await openCase(admin, { plate: '22222', assignedTo: assessor.userId });
  const shared = await openCase(admin, { plate: '33333' });
  const others = await openCase(admin, { plate: '44444' });
  await share(world, org, shared.databaseId, assessor, 'EDITOR');

  expect(await abilities(assessor, own.id)).toEqual(WRITES);
  expect(await abilities(assessor, assigned.id)).toEqual(WRITES);
  expect(await abilities(assessor, shared.id)).toEqual(WRITES);
  expect(await abilities(assessor, others.id)).toEqual(NOTHING);
  expect((await assessor.data('{ cases { totalCount } }')).cases.totalCount).toBe(3);
});

test('a collaborator may what the role of the share says: OWNER and EDITOR write, REQUESTER and WATCHER read', async ({
  world,
}) => {
  const org = await world.org();
  const admin = await org.member('admin');
  const opened = await openCase(admin);
  const expected = { OWNER: WRITES, EDITOR: WRITES, REQUESTER: READS, WATCHER: READS };
  for (const [role, may] of Object.entries(expected)) {
    const collaborator = await org.member('assessor');
    expect(await abilities(collaborator, opened.id)).toEqual(NOTHING);
    await share(world, org, opened.databaseId, collaborator, role);
    expect(await abilities(collaborator, opened.id), role).toEqual(may);
  }
});

test('a share never gives an assistant a verb that the role of the member lacks', async ({ world }) => {
  const org = await world.org();
  const [admin, assistant] = [await org.member('admin'), await org.member('assistant')];
  const opened = await openCase(admin);
  await share(world, org, opened.databaseId, assistant, 'OWNER');
  expect(await abilities(assistant, opened.id)).toEqual(READS);
});

for (const access of ['ROLES', 'OPEN'] as const)
  test(`under ${access} an assistant reads every case, keeps drafts and writes nothing else`, async ({ world }) => {
    const org = await world.org({ access });
    const [admin, assistant] = [await org.member('admin'), await org.member('assistant')];
    const opened = await openCase(admin, { helper: { step: 1 } });
    expect(await abilities(assistant, opened.id)).toEqual(READS);
    const refused = await upsert(assistant, { plate: '55555' });
    expect(refused).toMatchObject({ ok: false, userErrors: [{ code: 'FORBIDDEN' }], case: null });
    expect(await world.db.query('select version from public.cases')).toEqual([{ version: 1 }]);
    expect((await admin.data(`{ case(id: "${opened.id}") { draft { savedAt } } }`)).case.draft).toBeNull();
  });

test('under OPEN every assessor reads and writes every case; back under ROLES no longer', async ({ world }) => {
  const org = await world.org({ access: 'OPEN' });
  const [admin, assessor] = [await org.member('admin'), await org.member('assessor')];
  const opened = await openCase(admin);
  expect(await abilities(assessor, opened.id)).toEqual(WRITES);
  await world.db.query("update public.orgs set access = 'ROLES' where id = $1", [org.id]);
  expect(await abilities(assessor, opened.id)).toEqual(NOTHING);
});

test('admins and developers read and write every case of their organisation', async ({ world }) => {
  const org = await world.org();
  const opened = await openCase(await org.member('assessor'));
  for (const role of ['admin', 'developer'] as const)
    expect(await abilities(await org.member(role), opened.id), role).toEqual(WRITES);
});

test('drafts are their author’s alone, between people who both write the case', async ({ world }) => {
  const org = await world.org();
  const [one, two] = [await org.member('admin'), await org.member('admin')];
  const opened = await openCase(one);
  for (const [author, word] of [
    [one, 'one'],
    [two, 'two'],
  ] as const)
    await author.data(DRAFT, { input: { caseId: opened.id, baseVersion: 0, helper: { by: word } } });
  const draftOf = async (client: TestClient) =>
    (await client.data(`{ case(id: "${opened.id}") { draft { helperJson savedBy { id } } } }`)).case.draft;
  expect(await draftOf(one)).toEqual({ helperJson: { by: 'one' }, savedBy: { id: one.userId } });
  expect(await draftOf(two)).toEqual({ helperJson: { by: 'two' }, savedBy: { id: two.userId } });
});

test('the viewer is told role, organisation and permissions of each role', async ({ world }) => {
  const org = await world.org();
  const query = '{ viewer { actor { kind id } role orgId orgName permissions } }';
  const expected = {
    assistant: ['case.read', 'draft.write', 'kb.read', 'org.read'],
    assessor: [
      'case.create',
      'case.read',
      'case.share',
      'case.write',
      'draft.write',
      'kb.read',
      'kb.write',
      'log.write',
      'org.read',
    ],
  };
  for (const [role, permissions] of Object.entries(expected)) {
    const member = await org.member(role as 'assistant');
    const actor = { kind: 'USER', id: member.userId };
    expect((await member.data(query)).viewer).toEqual({ actor, role, orgId: org.id, orgName: org.name, permissions });
  }
});

/** Tries everything on a case, and leaves it with one more version where that works. */
async function abilities(client: TestClient, caseId: string): Promise<Record<string, unknown>> {
  const read = await client.send(`{ case(id: "${caseId}") { id version } }`);
  const listed = (await client.data('{ cases { nodes { id } } }')).cases.nodes.some(
    (node: { id: string }) => node.id === caseId,
  );
  const mark = { at: Math.random() };
  return {
    read: read.data?.case ? true : read.errors![0]!.extensions.code,
    listed,
    save: verdict(await save(client, { caseId, onConflict: 'FORCE', helper: mark })),
    rename: verdict(await upsert(client, { caseId, ownerName: `${mark.at}` })),
    restore: verdict(await restore(client, caseId)),
    draft: verdict((await client.data(DRAFT, { input: { caseId, baseVersion: 0, helper: {} } })).caseHelperDraftSave),
  };
}

/** To a version that differs: the one that is made for it. */
async function restore(client: TestClient, caseId: string): Promise<Payload> {
  await save(client, { caseId, onConflict: 'FORCE', helper: { at: Math.random() } });
  return (await client.data(RESTORE, { input: { caseId, version: 1 } })).caseHelperRestoreLatest;
}

interface Payload {
  ok: boolean;
  userErrors: { code: string }[];
}

function verdict(payload: Payload): true | string {
  return payload.ok || payload.userErrors[0]!.code;
}

async function share(world: World, org: Org, caseId: string, member: Member, role: string): Promise<void> {
  await world.db.query(
    'insert into public.case_collaborators (org_id, case_id, user_id, role) values ($1, $2, $3, $4)',
    [org.id, caseId, member.userId, role],
  );
}
