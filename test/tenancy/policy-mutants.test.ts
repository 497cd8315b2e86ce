import { expect, inject } from 'vitest';
import { test } from '../support/fixtures.ts';
import { RIGHTS } from './rights.ts';
import { createSqlWorld, SqlSession } from './sql-world.ts';
import { tryTable } from './try-table.ts';

/** Tables of each class of policies; all of them are mutated by npm run audit:tenancy. */
const SAMPLE = [
  'public.orgs',
  'public.cases',
  'public.case_helper_drafts',
  'public.docs',
  'public.kb_docs',
  'feed.change_log',
];

/** Changes of a policy that change no right, and what else stands in the way. */
const EQUIVALENT: Record<string, string> = {
  'alter policy meta_select on feed.meta using (true)': 'It is open as it stands.',
  'alter policy role_permissions_select on public.role_permissions using (true)': 'It is open as it stands.',
  'alter policy org_update on public.api_keys using (true) with check (true)':
    'Only who manages keys sees one to change.',
  'alter policy org_update on public.org_invitations using (true) with check (true)':
    'Only who manages members sees one to change.',
  'drop policy org_delete on public.api_keys': 'Nobody is granted DELETE: keys are revoked.',
  'alter policy org_delete on public.api_keys using (true)': 'Nobody is granted DELETE: keys are revoked.',
};

test('no policy can be opened or dropped without the table of rights noticing', { timeout: 300_000 }, async ({
  db,
  task,
}) => {
  const policies = await db.query<{ table: string; policy: string; cmd: string }>(
    `select schemaname || '.' || tablename as table, policyname as policy, cmd from pg_policies
     where schemaname in ('public', 'feed', 'gateway') and roles = '{authenticated}'`,
  );
  const chosen = policies.filter(({ table }) => inject('audit') || SAMPLE.includes(table));
  expect(chosen.length).toBeGreaterThan(inject('audit') ? 80 : 12);
  const world = await createSqlWorld(db);
  const session = await SqlSession.open(db, world);
  const unnoticed: string[] = [];
  let mutants = 0;
  for (const { table, policy, cmd } of chosen) {
    const open = [
      cmd === 'INSERT' ? '' : 'using (true)',
      cmd === 'SELECT' || cmd === 'DELETE' ? '' : 'with check (true)',
    ];
    for (const mutant of [
      `drop policy ${policy} on ${table}`,
      `alter policy ${policy} on ${table} ${open.join(' ').trim()}`,
    ]) {
      mutants++;
      const found = await tryTable(session, world, table, mutant);
      if (JSON.stringify(found) === JSON.stringify(RIGHTS[table])) unnoticed.push(mutant);
    }
  }
  await session.close();
  const equivalent = Object.keys(EQUIVALENT).filter((mutant) =>
    chosen.some(({ table }) => mutant.includes(`on ${table} `) || mutant.endsWith(`on ${table}`)),
  );
  expect(unnoticed.sort()).toEqual(equivalent.sort());
  task.meta.audit = { mutants: mutants - equivalent.length, caught: mutants - unnoticed.length };
});

/** What a definer function asks before it answers, and what it asks when that is taken out. */
const OPENED: Record<string, readonly [from: string, to: string]> = {
  'private.orgs_with(text)': ['m.user_id = (select private.user_id())', 'true'],
  'private.orgs_holding(text)': ['m.user_id = (select private.user_id())', 'true'],
  'private.orgs_of_caller()': ['m.user_id = (select private.user_id())', 'true'],
  'private.cases_shared(text)': ['c.user_id = (select private.user_id())', 'true'],
  'private.acting_org(uuid)': ['m.user_id = caller', 'true'],
  'private.api_key_names(uuid[])': ["private.claims() ->> 'role' = 'service_role'", 'true'],
  'private.ingest_pointers(uuid)': ["private.claims() ->> 'role' = 'service_role'", 'true'],
  'private.invoices_taken(uuid,text[],text[])': ["private.claims() ->> 'role' = 'service_role'", 'true'],
  // Which cases private.search_cases and private.cases_by_helper_value look at.
  'private.readable_cases(uuid,text,text)': ["else 'false' end", "else 'true' end"],
  'private.search_kb(uuid,jsonb,text[],text)': ["private.claims() ->> 'role' is distinct from 'service_role'", 'false'],
};

test('no definer function answers of another organisation, and each that is opened is found out', async ({
  db,
  task,
}) => {
  const world = await createSqlWorld(db);
  const { b } = world;
  const [key] = await db.query<{ id: string }>('select id from public.api_keys where org_id = $1', [b.orgId]);
  const questions: Record<string, string> = {
    'private.orgs_with(text)': `select from private.orgs_with('case.read') o where o = '${b.orgId}'`,
    'private.orgs_holding(text)': `select from private.orgs_holding('case.read') o where o = '${b.orgId}'`,
    'private.orgs_of_caller()': `select from private.orgs_of_caller() o where o = '${b.orgId}'`,
    'private.cases_shared(text)': `select from private.cases_shared('case.read') c where c = '${b.caseId}'`,
    'private.acting_org(uuid)': `select where private.acting_org('${b.orgId}') is not null`,
    'private.api_key_names(uuid[])': `select from private.api_key_names(array['${key!.id}']::uuid[])`,
    'private.ingest_pointers(uuid)': `select where private.ingest_pointers('${b.orgId}') is not null`,
    'private.invoices_taken(uuid,text[],text[])': `select from private.invoices_taken('${b.orgId}', '{canary}', '{canary-1}')`,
    'private.search_cases(uuid,text[])': `select from private.search_cases('${b.orgId}', '{11111}')`,
    'private.cases_by_helper_value(uuid,text[],text,jsonb)': `select from private.cases_by_helper_value('${b.orgId}', '{meta,status}', 'equals', '"canary"')`,
    'private.search_kb(uuid,jsonb,text[],text)': `select from private.search_kb('${b.orgId}', '[{"text": "note", "exact": true, "negated": false}]', null, null)`,
  };
  await db.query(
    "update public.invoices set supplier_tax_id = 'canary', invoice_number = 'canary-1' where org_id = $1",
    [b.orgId],
  );
  await db.query(
    `insert into public.case_helper (case_id, helper_json) values ($1, '{"meta": {"status": "canary"}}')`,
    [b.bareCaseId],
  );
  const asking = ['assessorA', 'assistantA', 'adminA', 'noOrg', 'keyA', 'memberB'] as const;
  const session = await SqlSession.open(db, world);
  const ask = (mutation = '') =>
    session.attemptAll(
      Object.values(questions).flatMap((statement) => asking.map((principal) => ({ principal, statement }))),
      mutation,
    );
  const sound = await ask();
  expect(sound).toEqual(Object.keys(questions).flatMap(() => ['0', '0', '0', '0', '0', '+']));
  const unnoticed: string[] = [];
  for (const [name, [from, to]] of Object.entries(OPENED)) {
    const [fn] = await db.query<{ definition: string }>('select pg_get_functiondef($1::regprocedure) as definition', [
      name,
    ]);
    const opened = fn!.definition.replace(from, to);
    expect(opened, name).not.toBe(fn!.definition);
    if (JSON.stringify(await ask(opened)) === JSON.stringify(sound)) unnoticed.push(name);
  }
  await session.close();
  expect(unnoticed).toEqual([]);
  const mutants = Object.keys(OPENED).length;
  task.meta.audit = { checks: sound.length, mutants, caught: mutants - unnoticed.length };
});
