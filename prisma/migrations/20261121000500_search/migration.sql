-- What people search cases by, projected from the case and its helper in the transaction that changes them.
-- Columns are generic, so that every kind of case is searched alike; what goes in is said per kind.

create table public.case_search_index (
  org_id uuid not null,
  case_id uuid not null,
  title text not null,
  words text not null,
  facets jsonb not null default '{}',
  updated_at timestamptz(3) not null default now(),
  primary key (org_id, case_id),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete cascade
);
create index case_search_words on public.case_search_index using gin (words extensions.gin_trgm_ops);

create function private.search_normalise(value text) returns text
language sql stable set search_path = extensions, public as $$
  select unaccent(lower(coalesce(value, '')))
$$;

-- Facets of a damage case. Each is the first path that holds a value: the system the helpers come from keeps copies.
create function private.damage_facets(helper jsonb) returns jsonb language sql immutable set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'owner', coalesce(nullif(helper #>> '{stakeholders,owner,name}', ''), nullif(helper #>> '{client,name}', '')),
    'garage', nullif(helper #>> '{stakeholders,garage,name}', ''),
    'insurer', coalesce(nullif(helper #>> '{stakeholders,insurance,company}', ''), nullif(helper #>> '{client,insurance_company}', '')),
    'claimNumber', nullif(helper #>> '{stakeholders,insurance,claim_number}', ''),
    'manufacturer', coalesce(nullif(helper #>> '{vehicle,manufacturer}', ''), nullif(helper #>> '{car_details,manufacturer}', '')),
    'model', coalesce(nullif(helper #>> '{vehicle,model}', ''), nullif(helper #>> '{car_details,model}', ''))))
$$;

create function private.project_case(target uuid) returns void language plpgsql security definer set search_path = '' as $$
declare
  k record;
  facets jsonb;
begin
  select c.*, h.helper_json into k
  from public.cases c left join public.case_helper h on h.case_id = c.id and h.is_current where c.id = target;
  if not found then return; end if;
  facets := case k.kind when 'damage' then private.damage_facets(coalesce(k.helper_json, '{}')) else '{}' end;
  insert into public.case_search_index as s (org_id, case_id, title, words, facets)
  values (
    k.org_id, k.id, concat_ws(' ', k.plate, k.owner_name),
    private.search_normalise(concat_ws(' ', k.plate, k.owner_name, k.filing_id, (select string_agg(value, ' ') from jsonb_each_text(facets)))),
    facets)
  on conflict (org_id, case_id) do update
    set title = excluded.title, words = excluded.words, facets = excluded.facets, updated_at = now()
    where (s.title, s.words, s.facets) is distinct from (excluded.title, excluded.words, excluded.facets);
end
$$;

create function private.project_case_of_row() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform private.project_case((to_jsonb(new) ->> tg_argv[0])::uuid);
  return null;
end
$$;
create trigger project_case after insert on public.cases
  for each row execute function private.project_case_of_row('id');
create trigger project_case_again after update of owner_name, filing_id on public.cases
  for each row execute function private.project_case_of_row('id');
create trigger project_case after insert on public.case_helper
  for each row execute function private.project_case_of_row('case_id');

select private.attach_to_case('public.case_search_index', null, array[]::text[]);
grant select on public.case_search_index to authenticated, service_role;

select private.seal_functions();
grant execute on function private.search_normalise(text) to authenticated, service_role;
