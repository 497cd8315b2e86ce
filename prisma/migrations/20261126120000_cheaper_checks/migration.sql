-- What every statement pays for its rights, and every write for being heard and found, without another answer.

-- Who is asking is worked out once a query: as a bare condition it was worked out again for every row of a small table,
-- and tables of members are small.
create or replace function private.orgs_with(permission text) returns setof uuid
language sql stable security definer rows 3 set search_path = '' as $$
  select m.org_id
  from public.user_orgs m
  join public.orgs o on o.id = m.org_id
  join public.role_permissions p on p.role = m.role and p.permission = $1
  where m.user_id = (select private.user_id()) and (p.reach = 'ORG' or o.access = 'OPEN')
  union all
  select k.org_id from public.api_keys k
  where k.id = (select private.api_key_id()) and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
    and $1 = any (k.permissions)
$$;

create or replace function private.orgs_holding(permission text) returns setof uuid
language sql stable security definer rows 3 set search_path = '' as $$
  select m.org_id
  from public.user_orgs m join public.role_permissions p on p.role = m.role and p.permission = $1
  where m.user_id = (select private.user_id())
  union all
  select k.org_id from public.api_keys k
  where k.id = (select private.api_key_id()) and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
    and $1 = any (k.permissions)
$$;

create or replace function private.orgs_of_caller() returns setof uuid
language sql stable security definer rows 3 set search_path = '' as $$
  select m.org_id from public.user_orgs m where m.user_id = (select private.user_id())
  union all
  select k.org_id from public.api_keys k
  where k.id = (select private.api_key_id()) and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
$$;

create or replace function private.cases_shared(permission text) returns setof uuid
language sql stable security definer rows 20 set search_path = '' as $$
  select c.case_id from public.case_collaborators c
  join public.role_permissions p on p.role = c.role and p.permission = $1 and p.reach = 'CASE'
  where c.user_id = (select private.user_id())
$$;

create or replace function private.acting_org(requested uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  key_id uuid := private.api_key_id();
  caller uuid := private.user_id();
  found_org uuid;
begin
  if key_id is not null then
    select k.org_id into found_org from public.api_keys k where k.id = key_id;
    return case when requested is null or requested = found_org then found_org end;
  elsif caller is not null then
    select m.org_id into found_org
    from public.user_orgs m left join public.profiles p on p.user_id = m.user_id and p.org_id = m.org_id
    where m.user_id = caller and (requested is null or m.org_id = requested)
    order by p.org_id is null, m.created_at, m.org_id limit 1;
    return found_org;
  elsif private.claims() ->> 'role' = 'service_role' then
    select min(o.id::text)::uuid into found_org from public.orgs o
    where o.id = coalesce(requested, o.id) having count(*) = 1;
    return found_org;
  end if;
  return null;
end
$$;

-- Asked for every row that is written: a third of the time as what it was in SQL.
create or replace function private.actor() returns text language plpgsql stable set search_path = '' as $$
declare
  c jsonb := coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb;
begin
  return case
    when c ? 'api_key_id' then 'API_KEY:' || (c ->> 'api_key_id')
    when c ->> 'role' = 'authenticated' and c ? 'sub' then 'USER:' || (c ->> 'sub')
    when c ->> 'role' = 'service_role' then 'SERVICE:' || coalesce(nullif(c ->> 'sub', ''), 'service_role')
    else 'SYSTEM:' || session_user
  end;
end
$$;

-- Stages one entry per statement, organisation and case. Arguments: the case column ('' when there is none), the
-- organisation column, the version column ('' when there is none), and the columns whose change alone is no news.
-- Its cost grows with the rows of the statement, however many cases they belong to.
create or replace function feed.stage() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  case_column text := case when tg_argv[0] = '' then 'null::uuid' else format('r.%I', tg_argv[0]) end;
  org_column text := format('r.%I', tg_argv[1]);
  version_column text := case when tg_argv[2] = '' then 'null::int' else format('r.%I', tg_argv[2]) end;
  touched text;
  changed text := case tg_op when 'INSERT' then 'new_rows r' when 'DELETE' then 'old_rows r'
    else 'new_rows r join old_rows o on o.id = r.id' end;
begin
  if tg_op = 'UPDATE' then
    select string_agg(format('case when r.%1$I is distinct from o.%1$I then %1$L end', a.attname), ', ') into touched
    from pg_catalog.pg_attribute a
    where a.attrelid = tg_relid and a.attnum > 0 and not a.attisdropped
      and a.attname <> all (string_to_array(tg_argv[3], ','));
  end if;
  execute format($sql$
    insert into feed.pending (org_id, case_id, case_version, kind, entity, entity_id, entity_ids, actor, request_id, changed_columns)
    select s.org_id, s.case_id, s.case_version, $1, $2, case when s.total = 1 then s.ids[1] end, s.ids[1:100], $3, private.request_id(),
      array(select distinct t.column_name from unnest(string_to_array(s.touched, ',')) t (column_name) order by 1)
    from (
      select r.org_id, r.case_id, r.case_version, count(*) as total, array_agg(r.id) as ids, string_agg(nullif(r.touched, ''), ',') as touched
      from (select %1$s as org_id, %2$s as case_id, %3$s as case_version, r.id, concat_ws(',', %5$s) as touched from %4$s) r
      where $1 <> 'UPDATED' or r.touched <> ''
      group by 1, 2, 3 order by 1, 2, 3
    ) s
  $sql$, org_column, case_column, version_column, changed, coalesce(touched, 'null'))
  using case tg_op when 'INSERT' then 'CREATED' when 'UPDATE' then 'UPDATED' else 'DELETED' end,
        tg_table_name::text, private.actor();
  return null;
end
$$;

-- The key of a value in an index on a pointer: the same, in a third of the time. Each save works out one a pointer.
create or replace function private.helper_key(value jsonb) returns jsonb
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return case jsonb_typeof(value)
    when 'string' then to_jsonb(left(value #>> '{}', 200))
    when 'number' then case when length(value::text) <= 200 then value end
    when 'boolean' then value
    when 'null' then value
  end;
end
$$;

create or replace function private.first_text(document jsonb, variadic paths text[]) returns text
language plpgsql immutable set search_path = '' as $$
declare
  path text;
  value jsonb;
begin
  foreach path in array paths loop
    value := document #> path::text[];
    if jsonb_typeof(value) in ('string', 'number') and btrim(value #>> '{}') <> '' then
      return btrim(left(value #>> '{}', 200));
    end if;
  end loop;
  return null;
end
$$;

-- What is searched comes from the row of the case, whose changes have a trigger of their own, and from the facets of its
-- helper: a save that leaves the facets as they are has nothing to project, unless it finds the projection damaged.
create function private.project_saved_helper() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if not exists (
    select from public.case_search_index s join public.cases k on k.org_id = s.org_id and k.id = s.case_id
    where s.org_id = new.org_id and s.case_id = new.case_id and s.title = concat_ws(' ', k.plate, k.owner_name)
      and s.facets = private.damage_facets(new.helper_json))
  then
    perform private.project_case(new.case_id);
  end if;
  return null;
end
$$;
drop trigger project_case on public.case_helper;
create trigger project_case after insert on public.case_helper
  for each row execute function private.project_saved_helper();

select private.seal_functions();
