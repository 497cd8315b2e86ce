-- Search in the knowledge hub: words, "phrases" and -exclusions, in Hebrew and English. It searches in a function for the
-- reason that cases are searched in one: under a policy no index would be used.

alter table public.kb_docs
  add column search tsvector not null default '',
  add column title_words text not null default '',
  -- SHA-256 (hex) over what makes two documents the same one.
  add column content_hash text not null default '';
alter table public.kb_docs
  alter column search drop default, alter column title_words drop default, alter column content_hash drop default,
  -- Within the row where it fits: the planner does not count what it costs to fetch words from elsewhere, and would
  -- rather read every document than an index.
  alter column search set storage main;

-- A tsvector has a megabyte at most, and some signs become many letters: a longer text is found by its beginning.
create function private.kb_tokens(value text) returns text[] language sql stable set search_path = '' as $$
  select array(
    select left(word, 100)
    from unnest(string_to_array(translate(left(private.search_normalise(left(value, 120000)), 120000), '%_\', '   '), ' ')) word
    where word <> '')
$$;

-- The words of a text with their places, as a tsvector has them. A Hebrew word stands at its place also without its
-- prefixes and at a lower weight, so that it is found whichever of its forms is asked for, in phrases too.
create function private.kb_words(value text, weight text, stem_weight text, first_place int) returns table (word text)
language sql stable set search_path = '' as $$
  select format('%L:%s%s', form.word, least(first_place + t.place - 1, 16383), form.weight)
  from unnest(private.kb_tokens(value)) with ordinality t (word, place),
    lateral (select t.word, kb_words.weight union all select stem, kb_words.stem_weight from unnest(private.search_stems(t.word)) stem) form
$$;

create function private.kb_vector(title text, tags text[], body text) returns tsvector language sql stable set search_path = '' as $$
  -- The gaps keep a phrase from running out of the title into the body.
  select coalesce(string_agg(w.word, ' '), '')::tsvector from (
    select word from private.kb_words(title, 'A', 'B', 1)
    union all select word from private.kb_words(array_to_string(tags, ' '), 'B', 'C', 1000)
    union all select word from private.kb_words(body, 'C', 'D', 6000)) w
$$;

-- Nulls are told apart from empty texts.
create function private.kb_digest(title text, source text, lang text, body text) returns text
language sql stable set search_path = '' as $$
  select encode(sha256(convert_to(jsonb_build_array(title, source, lang, body)::text, 'UTF8')), 'hex')
$$;

create function private.kb_docs_before_write() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  new.search := private.kb_vector(new.title, new.tags, new.body);
  new.title_words := private.search_normalise(new.title);
  new.content_hash := private.kb_digest(new.title, new.source, new.lang, new.body);
  return new;
end
$$;
create trigger kb_docs_before_write before insert or update of title, source, lang, tags, body on public.kb_docs
  for each row execute function private.kb_docs_before_write();

create unique index kb_docs_org_id_content_hash_key on public.kb_docs (org_id, content_hash);
-- Documents are written seldom: without a list of pending words every search finds all there is in the index itself.
create index kb_docs_search on public.kb_docs using gin (search) with (fastupdate = off);
create index kb_docs_title_words on public.kb_docs using gin (title_words extensions.gin_trgm_ops) with (fastupdate = off);

-- A term of a search as a tsquery; null where it says nothing. Exactly: the word, or the words of the phrase one after the
-- other. Else a word also without its prefixes, and as the beginning of a longer one.
create function private.kb_term(term text, is_exact boolean) returns tsquery language sql stable set search_path = '' as $$
  select case
    when is_exact or cardinality(t.words) > 1 then
      (select string_agg(format('%L', w), ' <-> ' order by place) from unnest(t.words) with ordinality u (w, place))::tsquery
    else
      (select string_agg(format('%L:*', form), ' | ') from unnest(t.words || private.search_stems(t.words[1])) form)::tsquery
  end
  from (select private.kb_tokens(term) as words) t where cardinality(t.words) > 0
$$;

-- Documents of the organisation that hold every term but those to be left out, each with its rank in millionths. A word
-- may be misspelled where it is one of the title. `terms`: an array of {text, exact, negated}. Tags must all be there.
create function private.search_kb(org uuid, terms jsonb, wanted_tags text[], wanted_lang text) returns table (doc_id uuid, rank int)
language plpgsql stable security definer rows 50 set search_path = '' as $$
declare
  term record;
  conditions text := 'true';
  scores text := '0';
  wanted boolean := false;
begin
  if org not in (select private.orgs_holding('kb.read')) and private.claims() ->> 'role' is distinct from 'service_role' then
    return;
  end if;
  for term in
    select t.*, private.kb_term(t.text, true) as exact_query, private.kb_term(t.text, t.exact or t.negated) as query,
      private.search_normalise(t.text) as word
    from jsonb_to_recordset(terms) t (text text, exact boolean, negated boolean)
  loop
    wanted := wanted or not term.negated;
    continue when term.query is null;
    if term.negated then
      conditions := conditions || format(' and not d.search @@ %L::tsquery', term.query);
      continue;
    end if;
    -- The word as it was asked for counts most.
    scores := scores || format(' + ts_rank(d.search, %L, 1) + 0.3 * ts_rank(d.search, %L, 1)', term.exact_query, term.query);
    if term.exact or term.word !~ '^\D{3,}$' or term.word ~ ' ' then
      conditions := conditions || format(' and d.search @@ %L::tsquery', term.query);
    else
      conditions := conditions || format(' and (d.search @@ %L::tsquery or d.title_words operator(extensions.%%>) %L)', term.query, term.word);
      scores := scores || format(' + 0.02 * extensions.word_similarity(%L, d.title_words)', term.word);
    end if;
  end loop;
  -- Signs alone find nothing, rather than everything.
  if wanted and scores = '0' then return; end if;
  perform extensions.show_limit();
  perform set_config('pg_trgm.word_similarity_threshold', '0.5', true);
  return query execute format($sql$
    select d.id, least(1000000 * (%s), 2000000000)::int from public.kb_docs d
    where d.org_id = $1 and ($2 is null or d.tags @> $2) and ($3 is null or d.lang = $3) and %s
  $sql$, scores, conditions) using org, wanted_tags, wanted_lang;
end
$$;

select private.seal_functions();
grant execute on function private.kb_digest(text, text, text, text), private.search_kb(uuid, jsonb, text[], text)
  to authenticated, service_role;
