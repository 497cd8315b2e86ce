-- Search that people feel: more of a case is projected, words are compared as people mean them, hits are ranked, and the
-- indexes are used under row level security.
--
-- The operators behind LIKE, word similarity and JSON are not leakproof, so under a policy Postgres runs them on the
-- rows the policy has passed: every row of the organisation is read and no index is touched. The functions below search
-- first, as their owner, with the access rule of cases inside. They answer ids alone, and whoever calls them joins the
-- ids to tables that his own policies guard.

-- Words as they are compared: no case, no accents, no niqqud, no quotes, geresh or gershayim, no invisible marks; final
-- letters as their plain ones; what separates words is one space. %, _ and \ are kept, people do search for them.
create or replace function private.search_normalise(value text) returns text
language sql stable set search_path = extensions, public as $$
  select btrim(regexp_replace(
    translate(
      regexp_replace(
        unaccent(lower(normalize(coalesce(value, ''), nfkc))),
        '[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0300-\u036f"''`\u05f3\u05f4\u2018-\u201f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]',
        '', 'g'),
      'ךםןףץ', 'כמנפצ'),
    '[\u0001-\u0024\u0026-\u002f\u003a-\u0040\u005b\u005d\u005e\u007b-\u00bf\u05be\u05c0\u05c3\u05c6\u2000-\u206f\u3000-\u303f]+',
    ' ', 'g'))
$$;

-- A code as it is compared: its letters and digits, however they are grouped.
create function private.search_code(value text) returns text language sql stable set search_path = '' as $$
  select replace(private.search_normalise(value), ' ', '')
$$;

-- A normalised Hebrew word without its prefixes: one of ה ב ל מ ש ו כ, or two where the first is ו, ש, כ, ל or מ. At
-- least three letters stay, for what is shorter is mostly another word.
create function private.search_stems(word text) returns text[] language sql immutable set search_path = '' as $$
  select array(
    select substr(word, 1 + n) from generate_series(1, 2) n
    where word ~ '^[א-ת]+$' and length(word) - n >= 3
      and word ~ (array['^[הבלמשוכ]', '^[ושכלמ][הבלמשכ]'])[n]
    order by n)
$$;

create function private.like_literal(value text) returns text language sql immutable set search_path = '' as $$
  select replace(replace(replace(value, '\', '\\'), '%', '\%'), '_', '\_')
$$;

-- The first of the paths that holds a text or a number, as text: the system the helpers come from keeps copies.
create function private.first_text(document jsonb, variadic paths text[]) returns text
language sql immutable set search_path = '' as $$
  select btrim(left(document #>> p.path::text[], 200)) from unnest(paths) with ordinality p (path, place)
  where jsonb_typeof(document #> p.path::text[]) in ('string', 'number') and btrim(document #>> p.path::text[]) <> ''
  order by p.place limit 1
$$;

alter table public.case_search_index
  -- What is meant as a whole: plate, filing ids, claim and policy number, chassis, telephone; letters and digits alone.
  add column codes text[] not null default '{}';

create or replace function private.damage_facets(helper jsonb) returns jsonb language plpgsql immutable set search_path = '' as $$
declare
  -- Joined to an empty object it is read out of its compressed form once, not once a path.
  h jsonb := helper || '{}';
begin
  -- A helper may come wrapped.
  if not h ? 'meta' and jsonb_typeof(h -> 'helper_data') = 'object' then h := h -> 'helper_data'; end if;
  return jsonb_strip_nulls(jsonb_build_object(
    'owner', private.first_text(h, '{stakeholders,owner,name}', '{client,name}', '{general,owner_name}', '{car_details,owner}',
      '{vehicle,owner}'),
    'ownerPhone', private.first_text(h, '{stakeholders,owner,phone}', '{client,phone}', '{general,owner_phone}'),
    'filingId', private.first_text(h, '{meta,case_id}', '{case_info,case_id}', '{file_number}'),
    'garage', private.first_text(h, '{stakeholders,garage,name}', '{general,garage_name}'),
    'insurer', private.first_text(h, '{stakeholders,insurance,company}', '{client,insurance_company}'),
    'agent', private.first_text(h, '{stakeholders,insurance,agent,name}', '{general,agent_name}'),
    'claimNumber', private.first_text(h, '{stakeholders,insurance,claim_number}'),
    'policyNumber', private.first_text(h, '{stakeholders,insurance,policy_number}'),
    'manufacturer', private.first_text(h, '{vehicle,manufacturer}', '{car_details,manufacturer}'),
    'model', private.first_text(h, '{vehicle,model}', '{vehicle,full_model_name}', '{car_details,model}'),
    -- The registry's name of it, mostly in Latin letters.
    'registryModel', private.first_text(h, '{car_details,model}'),
    'year', private.first_text(h, '{vehicle,year}', '{car_details,year}'),
    'chassis', private.first_text(h, '{vehicle,chassis}', '{car_details,chassis}'),
    'damageType', private.first_text(h, '{case_info,damage_type}', '{damage_info,damage_type}')));
end
$$;

drop function private.project_case(uuid);
-- True when the projection was another before.
create function private.project_case(target uuid) returns boolean language plpgsql security definer set search_path = '' as $$
declare
  k record;
  facets jsonb;
  codes text[];
begin
  select c.*, h.helper_json into k
  from public.cases c left join public.case_helper h on h.case_id = c.id and h.is_current where c.id = target;
  if not found then return false; end if;
  facets := case k.kind when 'damage' then private.damage_facets(coalesce(k.helper_json, '{}')) else '{}' end;
  codes := array(
    select distinct code
    from unnest(array[k.plate, k.filing_id, facets ->> 'filingId', facets ->> 'claimNumber', facets ->> 'policyNumber',
                      facets ->> 'chassis', facets ->> 'ownerPhone']) given, private.search_code(given) code
    where code <> '' order by 1);
  insert into public.case_search_index as s (org_id, case_id, title, words, codes, facets)
  values (
    k.org_id, k.id, concat_ws(' ', k.plate, k.owner_name),
    -- Spaces at both ends, so that every word begins and ends with one.
    format(' %s %s ',
      private.search_normalise(concat_ws(' ', k.plate, k.owner_name, k.filing_id,
        (select string_agg(value, ' ') from jsonb_each_text(facets)))),
      array_to_string(codes, ' ')),
    codes, facets)
  on conflict (org_id, case_id) do update
    set title = excluded.title, words = excluded.words, codes = excluded.codes, facets = excluded.facets, updated_at = now()
    where (s.title, s.words, s.codes, s.facets) is distinct from (excluded.title, excluded.words, excluded.codes, excluded.facets);
  return found;
end
$$;

-- Projects every case anew. `changed`: how many projections were missing or wrong.
create function private.rebuild_case_search(out changed int, out total int)
language sql volatile security definer set search_path = '' as $$
  select count(*) filter (where private.project_case(id))::int, count(*)::int from public.cases
$$;

-- Which cases of the organisation the caller may read, as SQL over the columns that name a case.
create function private.readable_cases(org uuid, org_column text, case_column text) returns text
language sql stable set search_path = '' as $$
  select case
    when private.claims() ->> 'role' = 'service_role' or org in (select private.orgs_with('case.read')) then 'true'
    when org in (select private.orgs_holding('case.read')) then
      format('exists (select from public.cases k where k.org_id = %s and k.id = %s and %s)',
        org_column, case_column, private.case_rule('k', 'case.read'))
    else 'false' end
$$;

-- How a word is looked for in the words and codes of `s`, and what a hit is worth in thousandths, as SQL:
-- 1000 the whole of a code, 900 a whole word, 800 the beginning of one, 600 within one, 500 the beginning without the
-- word's prefixes, up to 300 for a word that is alike. Null where the word says nothing.
create function private.search_condition(word text) returns table (condition text, score text)
language plpgsql stable set search_path = '' as $$
declare
  w text := private.search_normalise(word);
  code text := replace(w, ' ', '');
  stem text;
begin
  if w = '' then return; end if;
  condition := format('s.words like %L', '%' || private.like_literal(w) || '%');
  score := format('when s.codes @> array[%L] then 1000 ', code)
    || format('when position(%L in s.words) > 0 then 900 ', ' ' || w || ' ')
    || format('when position(%L in s.words) > 0 then 800 ', ' ' || w)
    || format('when position(%L in s.words) > 0 then 600 ', w);
  if code <> w and code ~ '\d' then
    condition := condition || format(' or s.words like %L', '%' || private.like_literal(code) || '%');
    score := score || format('when position(%L in s.words) > 0 then 600 ', code);
  end if;
  foreach stem in array private.search_stems(w) loop
    condition := condition || format(' or s.words like %L', '% ' || stem || '%');
    score := score || format('when position(%L in s.words) > 0 then 500 ', ' ' || stem);
  end loop;
  -- A number or a code is meant as it stands; a word may be misspelled.
  if w !~ '[\d %_\\]' then
    condition := condition || format(' or s.words operator(extensions.%%>) %L', w);
    score := score || format('else 300 * extensions.word_similarity(%L, s.words) ', w);
  end if;
  condition := '(' || condition || ')';
  score := '(case ' || score || 'end)';
  return next;
end
$$;

-- Cases that hold every one of the words, each with its rank (1 to 1000). Nothing is cut off: a limit here would hide
-- what the caller's other filters want. Words that say nothing are ignored; without any other, nothing is found.
create function private.search_cases(org uuid, words text[]) returns table (case_id uuid, rank int)
language plpgsql stable security definer rows 100 set search_path = '' as $$
declare
  readable text := private.readable_cases(org, 's.org_id', 's.case_id');
  conditions text;
  scores text;
begin
  select string_agg(c.condition, ' and '), format('(%s) / %s', string_agg(c.score, ' + '), count(*))
  into conditions, scores from unnest(words) word, private.search_condition(word) c;
  if readable = 'false' or conditions is null then return; end if;
  -- How alike two words must be, for this transaction. The module that knows the setting has to be loaded first.
  perform extensions.show_limit();
  perform set_config('pg_trgm.word_similarity_threshold', '0.5', true);
  return query execute format($sql$
    select s.case_id, case when s.codes @> array[$2] then 1000 else (%s)::int end
    from public.case_search_index s where s.org_id = $1 and %s and %s
  $sql$, scores, conditions, readable) using org, private.search_code(array_to_string(words, ''));
end
$$;

-- A value of a helper as it is kept in an index, ordered as jsonb is: a long text by its beginning, and neither an
-- object nor an array, for an index takes small entries only and a save must not fail by it.
create function private.helper_key(value jsonb) returns jsonb language sql immutable parallel safe set search_path = '' as $$
  select case jsonb_typeof(value)
    when 'string' then to_jsonb(left(value #>> '{}', 200))
    when 'number' then case when length(value::text) <= 200 then value end
    when 'boolean' then value
    when 'null' then value
  end
$$;

-- The pointers that are filtered by most; the same list stands in src/resolvers/cases/indexed-pointers.ts.
do $$
declare
  pointer text;
begin
  foreach pointer in array array[
    'meta,plate', 'meta,case_id', 'meta,status',
    'case_info,damage_date', 'case_info,inspection_date', 'case_info,damage_type', 'case_info,inspection_location',
    'case_info,report_type',
    'stakeholders,owner,name', 'stakeholders,owner,phone', 'stakeholders,garage,name',
    'stakeholders,insurance,company', 'stakeholders,insurance,claim_number', 'stakeholders,insurance,policy_number',
    'stakeholders,insurance,agent,name',
    'vehicle,manufacturer', 'vehicle,model', 'vehicle,year', 'vehicle,chassis',
    'expertise,summary,directive', 'expertise,summary,status', 'final_report,type',
    'calculations,total_damage', 'calculations,full_market_value', 'calculations,damage_percent',
    'documents,photo_count'
  ] loop
    execute format('create index %I on public.case_helper (org_id, private.helper_key(helper_json #> %L)) where is_current',
      'case_helper_at_' || replace(pointer, ',', '_'), '{' || pointer || '}');
  end loop;
end
$$;

-- Cases whose current helper holds a value at a path that compares so with the one given: equals, in (an array of
-- values), greaterThan, lessThan. For texts, numbers, booleans and null, at a path of the list above.
create function private.cases_by_helper_value(org uuid, path text[], comparison text, given jsonb) returns setof uuid
language plpgsql stable security definer rows 100 set search_path = '' as $body$
declare
  readable text := private.readable_cases(org, 'h.org_id', 'h.case_id');
  at text := format('h.helper_json #> %L::text[]', path);
  key text := format('private.helper_key(h.helper_json #> %L::text[])', path);
  -- The key of a long text is only its beginning, so what is compared with one is looked at as a whole besides.
  is_long boolean := length(given::text) > 200;
  condition text;
begin
  if readable = 'false' then return; end if;
  condition := case comparison
    when 'equals' then format('%s = private.helper_key($2)', key)
    when 'in' then format('%s = any (array(select private.helper_key(e) from jsonb_array_elements($2) e))', key)
    -- jsonb puts null first, then texts, numbers and booleans: each is compared with its own kind. No number that is
    -- kept in an index is as small as -1e1000.
    when 'greaterThan' then format('%s %s private.helper_key($2) and %s < %s', key, case when is_long then '>=' else '>' end, key,
      case jsonb_typeof(given) when 'string' then $$'-1e1000'$$ when 'number' then $$'false'$$ else $$'{}'$$ end)
    when 'lessThan' then format('%s %s private.helper_key($2) and %s > %s', key, case when is_long then '<=' else '<' end, key,
      case jsonb_typeof(given) when 'string' then $$'null'$$ when 'number' then $$'-1e1000'$$ else $$'1e1000'$$ end)
  end;
  if is_long then
    condition := condition || case comparison
      when 'equals' then format(' and %s = $2', at)
      when 'in' then format(' and %s in (select jsonb_array_elements($2))', at)
      when 'greaterThan' then format(' and %s > $2', at)
      when 'lessThan' then format(' and %s < $2', at)
    end;
  end if;
  return query execute format('select h.case_id from public.case_helper h where h.org_id = $1 and h.is_current and %s and %s',
    condition, readable) using org, given;
end
$body$;

select private.seal_functions();
grant execute on function private.search_normalise(text), private.helper_key(jsonb), private.search_cases(uuid, text[]),
  private.cases_by_helper_value(uuid, text[], text, jsonb) to authenticated, service_role;

do $$
begin
  perform private.rebuild_case_search();
end
$$;
