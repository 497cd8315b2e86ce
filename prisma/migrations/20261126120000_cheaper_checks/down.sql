-- Undoes this migration: everything is asked and worked out as before.

drop trigger project_case on public.case_helper;
create trigger project_case after insert on public.case_helper
  for each row execute function private.project_case_of_row('case_id');
drop function private.project_saved_helper();

create or replace function private.orgs_with(permission text) returns setof uuid
language sql stable security definer rows 3 set search_path = '' as $$
  select m.org_id
  from public.user_orgs m
  join public.orgs o on o.id = m.org_id
  join public.role_permissions p on p.role = m.role and p.permission = $1
  where m.user_id = private.user_id() and (p.reach = 'ORG' or o.access = 'OPEN')
  union all
  select k.org_id from public.api_keys k
  where k.id = private.api_key_id() and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
    and $1 = any (k.permissions)
$$;

create or replace function private.orgs_holding(permission text) returns setof uuid
language sql stable security definer rows 3 set search_path = '' as $$
  select m.org_id
  from public.user_orgs m join public.role_permissions p on p.role = m.role and p.permission = $1
  where m.user_id = private.user_id()
  union all
  select k.org_id from public.api_keys k
  where k.id = private.api_key_id() and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
    and $1 = any (k.permissions)
$$;

create or replace function private.orgs_of_caller() returns setof uuid
language sql stable security definer rows 3 set search_path = '' as $$
  select m.org_id from public.user_orgs m where m.user_id = private.user_id()
  union all
  select k.org_id from public.api_keys k
  where k.id = private.api_key_id() and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
$$;

create or replace function private.cases_shared(permission text) returns setof uuid
language sql stable security definer rows 20 set search_path = '' as $$
  select c.case_id from public.case_collaborators c
  join public.role_permissions p on p.role = c.role and p.permission = $1 and p.reach = 'CASE'
  where c.user_id = private.user_id()
$$;

create or replace function private.acting_org(requested uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  found_org uuid;
begin
  if private.api_key_id() is not null then
    select k.org_id into found_org from public.api_keys k where k.id = private.api_key_id();
    return case when requested is null or requested = found_org then found_org end;
  elsif private.user_id() is not null then
    select m.org_id into found_org
    from public.user_orgs m left join public.profiles p on p.user_id = m.user_id and p.org_id = m.org_id
    where m.user_id = private.user_id() and (requested is null or m.org_id = requested)
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

create or replace function private.actor() returns text language sql stable set search_path = '' as $$
  select case
    when c ? 'api_key_id' then 'API_KEY:' || (c ->> 'api_key_id')
    when c ->> 'role' = 'authenticated' and c ? 'sub' then 'USER:' || (c ->> 'sub')
    when c ->> 'role' = 'service_role' then 'SERVICE:' || coalesce(nullif(c ->> 'sub', ''), 'service_role')
    else 'SYSTEM:' || session_user
  end
  from private.claims() as c
$$;

create or replace function feed.stage() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  case_column text := case when tg_argv[0] = '' then 'null::uuid' else format('r.%I', tg_argv[0]) end;
  org_column text := format('r.%I', tg_argv[1]);
  version_column text := case when tg_argv[2] = '' then 'null::int' else format('r.%I', tg_argv[2]) end;
  quiet text[] := string_to_array(tg_argv[3], ',');
  changed text := case tg_op
    when 'INSERT' then $rows$select n.*, '{}'::text[] as touched from new_rows n$rows$
    when 'DELETE' then $rows$select o.*, '{}'::text[] as touched from old_rows o$rows$
    else $rows$
      select n.*, t.touched from new_rows n join old_rows o on o.id = n.id,
        lateral (select array_agg(e.key) as touched from jsonb_each(to_jsonb(n) - $4) e
                 join jsonb_each(to_jsonb(o)) b on b.key = e.key where e.value is distinct from b.value) t
      where t.touched is not null$rows$
  end;
begin
  execute format($sql$
    with changed as materialized (%4$s)
    insert into feed.pending (org_id, case_id, case_version, kind, entity, entity_id, entity_ids, actor, request_id, changed_columns)
    select s.org_id, s.case_id, s.case_version, $1, $2, case when s.total = 1 then s.ids[1] end, s.ids[1:100], $3, private.request_id(),
      coalesce((select array_agg(distinct t.column_name order by t.column_name) from changed r, unnest(r.touched) t (column_name)
                where %1$s = s.org_id and %2$s is not distinct from s.case_id and %3$s is not distinct from s.case_version), '{}')
    from (
      select %1$s as org_id, %2$s as case_id, %3$s as case_version, count(*) as total, array_agg(r.id) as ids
      from changed r group by 1, 2, 3 order by 1, 2, 3
    ) s
  $sql$, org_column, case_column, version_column, changed)
  using case tg_op when 'INSERT' then 'CREATED' when 'UPDATE' then 'UPDATED' else 'DELETED' end,
        tg_table_name::text, private.actor(), quiet;
  return null;
end
$$;

create or replace function private.helper_key(value jsonb) returns jsonb language sql immutable parallel safe set search_path = '' as $$
  select case jsonb_typeof(value)
    when 'string' then to_jsonb(left(value #>> '{}', 200))
    when 'number' then case when length(value::text) <= 200 then value end
    when 'boolean' then value
    when 'null' then value
  end
$$;

create or replace function private.first_text(document jsonb, variadic paths text[]) returns text
language sql immutable set search_path = '' as $$
  select btrim(left(document #>> p.path::text[], 200)) from unnest(paths) with ordinality p (path, place)
  where jsonb_typeof(document #> p.path::text[]) in ('string', 'number') and btrim(document #>> p.path::text[]) <> ''
  order by p.place limit 1
$$;

select private.seal_functions();
