import { expect } from 'vitest';
import { test } from '../support/fixtures.ts';
import { plansOf } from '../support/plans.ts';

const SEARCH = 'select d.id from public.kb_docs d join private.search_kb($1, $2, null, null) s on s.doc_id = d.id';

test('under row level security a search reads the indexes of words and titles, not every document', async ({
  world,
}) => {
  const org = await world.org();
  const { userId } = await org.member('assistant');
  await world.db.query(
    `insert into public.kb_docs (org_id, title, body)
     select $1, md5('t' || n), (select string_agg(md5(n || ':' || m), ' ') from generate_series(1, 60) m) || case n when 7 then ' bumper repair' else '' end
     from generate_series(1, 2000) n`,
    [org.id],
  );
  await world.db.query("update public.kb_docs set title = 'zilberman' where body like '%bumper%'");
  await world.db.query('analyze public.kb_docs');
  const term = (text: string, exact = false, negated = false) => ({ text, exact, negated });
  const searches: [terms: object[], index: string][] = [
    [[term('bumper')], 'kb_docs_search'],
    [[term('bumper repair', true), term('x', false, true)], 'kb_docs_search'],
    [[term('zilbermann')], 'kb_docs_title_words'],
  ];
  for (const [terms, index] of searches) {
    const plans = await plansOf(world.db, userId, SEARCH, [org.id, JSON.stringify(terms)]);
    expect(plans).toContain(`Bitmap Index Scan on ${index}`);
    expect(plans).not.toContain('Seq Scan on kb_docs');
    expect(plans).toMatch(/rows: 1$/);
  }
});
