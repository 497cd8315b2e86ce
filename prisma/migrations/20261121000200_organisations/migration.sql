-- Who belongs where, and what a role may do. Policies name permissions, never roles: a role is rows of role_permissions.

create table public.orgs (
  id uuid primary key default gen_random_uuid(),
  name text not null unique check (length(name) between 1 and 200),
  -- ROLES: an assessor reaches own, assigned and shared cases. OPEN lifts that limit; it never adds a verb to a role.
  access text not null default 'ROLES' check (access in ('OPEN', 'ROLES')),
  -- Decides the year in filing ids. A zone that is none fails the check with its own error.
  time_zone text not null default 'Asia/Jerusalem' check (timezone(time_zone, timestamptz 'epoch') is not null),
  created_at timestamptz(3) not null default now()
);

create table public.profiles (
  user_id uuid primary key references auth.users (id) on delete cascade,
  name text check (length(name) <= 200),
  -- The organisation a user acts for when the request names none.
  org_id uuid references public.orgs (id) on delete set null,
  created_at timestamptz(3) not null default now()
);
create index profiles_org on public.profiles (org_id);

create table public.user_orgs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null check (role in ('developer', 'admin', 'assessor', 'assistant')),
  created_at timestamptz(3) not null default now(),
  unique (org_id, user_id)
);
create index user_orgs_user on public.user_orgs (user_id, org_id);

create table public.role_permissions (
  role text not null,
  permission text not null,
  -- ORG: every case of the organisation. OWN: own, assigned and shared cases. CASE: the case of a collaborator.
  reach text not null check (reach in ('ORG', 'OWN', 'CASE')),
  primary key (role, permission)
);
insert into public.role_permissions (role, permission, reach)
select role, permission, 'ORG'
from unnest(array['developer', 'admin']) as role,
     unnest(array['org.read', 'org.manage', 'member.manage', 'key.manage', 'case.read', 'case.create', 'case.write', 'case.share', 'draft.write']) as permission
union all values
  ('assessor', 'org.read', 'ORG'),
  ('assessor', 'case.create', 'ORG'),
  ('assessor', 'case.read', 'OWN'),
  ('assessor', 'case.write', 'OWN'),
  ('assessor', 'case.share', 'OWN'),
  ('assessor', 'draft.write', 'OWN'),
  ('assistant', 'org.read', 'ORG'),
  ('assistant', 'case.read', 'ORG'),
  ('assistant', 'draft.write', 'OWN'),
  ('OWNER', 'case.read', 'CASE'),
  ('OWNER', 'case.write', 'CASE'),
  ('OWNER', 'case.share', 'CASE'),
  ('EDITOR', 'case.read', 'CASE'),
  ('EDITOR', 'case.write', 'CASE'),
  ('REQUESTER', 'case.read', 'CASE'),
  ('WATCHER', 'case.read', 'CASE');

-- Running numbers, one row per organisation and name. Taken under the row's lock, so without gaps.
create table public.counters (
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null,
  value bigint not null,
  primary key (org_id, name)
);

create table public.api_keys (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null check (length(name) between 1 and 200),
  -- The first characters, to recognise a key by; the key itself is shown once and never stored.
  prefix text not null,
  key_hash bytea not null unique check (length(key_hash) = 32),
  -- A key that could make keys or members could give itself more than it was given.
  permissions text[] not null default array['org.read', 'case.read', 'case.create', 'case.write']
    check (not permissions && array['org.manage', 'member.manage', 'key.manage']),
  created_by text not null default private.actor(),
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  unique (org_id, id)
);

create function private.api_keys_before_update() returns trigger language plpgsql set search_path = '' as $$
begin
  if old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at then
    raise exception 'a revoked key stays revoked; make a new one' using errcode = 'CG002';
  end if;
  return new;
end
$$;
create trigger api_keys_before_update before update on public.api_keys
  for each row execute function private.api_keys_before_update();

-- Organisations in which the caller holds a permission over every case. Looked up live: revoking works at once.
create function private.orgs_with(permission text) returns setof uuid
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

-- Organisations in which the caller holds a permission at all, over every case or only over own ones.
create function private.orgs_holding(permission text) returns setof uuid
language sql stable security definer rows 3 set search_path = '' as $$
  select m.org_id
  from public.user_orgs m join public.role_permissions p on p.role = m.role and p.permission = $1
  where m.user_id = private.user_id()
  union all
  select k.org_id from public.api_keys k
  where k.id = private.api_key_id() and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
    and $1 = any (k.permissions)
$$;

-- The organisation a request acts for: the one it names when the caller belongs to it, else the caller's default,
-- else the only one there is. Null when none of these decides.
create function private.acting_org(requested uuid) returns uuid
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

-- Names of keys, for whoever may see what they wrote; the rest of a key is its administrators' alone.
create function private.api_key_names(ids uuid[]) returns table (id uuid, name text)
language sql stable security definer rows 3 set search_path = '' as $$
  select k.id, k.name from public.api_keys k
  where k.id = any (ids)
    and (k.org_id in (select private.orgs_holding('org.read')) or private.claims() ->> 'role' = 'service_role')
$$;

create function private.next_number(org uuid, counter text) returns bigint
language sql volatile security definer set search_path = '' as $$
  insert into public.counters as c (org_id, name, value) values (org, counter, 1)
  on conflict (org_id, name) do update set value = c.value + 1
  returning c.value
$$;

-- Policies and feed of a table whose rows belong to an organisation. Null for `write_permission`: read only.
create function private.attach_to_org(target regclass, read_permission text, write_permission text) returns void
language plpgsql set search_path = '' as $$
declare
  may_write text := format('org_id = any (array(select private.orgs_holding(%L)))', write_permission);
begin
  perform private.protect(target);
  execute format('create policy org_select on %s for select to authenticated using (org_id = any (array(select private.orgs_holding(%L))))',
    target, read_permission);
  if write_permission is not null then
    execute format('create policy org_insert on %s for insert to authenticated with check (%s)', target, may_write);
    execute format('create policy org_update on %s for update to authenticated using (%s) with check (%s)', target, may_write, may_write);
    execute format('create policy org_delete on %s for delete to authenticated using (%s)', target, may_write);
  end if;
  perform private.attach_feed(target, '');
end
$$;

select private.protect('public.orgs'), private.protect('public.profiles'), private.protect('public.role_permissions'),
       private.protect('public.counters'), private.attach_to_org('public.user_orgs', 'org.read', 'member.manage'),
       private.attach_to_org('public.api_keys', 'key.manage', 'key.manage'),
       private.attach_feed('public.orgs', '', 'id');

create policy orgs_select on public.orgs for select to authenticated
  using (id = any (array(select private.orgs_holding('org.read'))));
create policy orgs_update on public.orgs for update to authenticated
  using (id = any (array(select private.orgs_holding('org.manage'))))
  with check (id = any (array(select private.orgs_holding('org.manage'))));
create policy profiles_select on public.profiles for select to authenticated
  using (
    user_id = (select private.user_id())
    or user_id = any (array(
      select m.user_id from public.user_orgs m where m.org_id = any (array(select private.orgs_holding('org.read'))))));
create policy profiles_update on public.profiles for update to authenticated
  using (user_id = (select private.user_id())) with check (user_id = (select private.user_id()));
create policy role_permissions_select on public.role_permissions for select to authenticated using (true);
create policy org_feed_select on feed.org_feed for select to authenticated
  using (org_id = any (array(select private.orgs_holding('org.read') union select private.orgs_holding('case.read'))));

grant select on public.orgs, public.role_permissions, public.user_orgs to authenticated, service_role;
-- Which other organisation a colleague acts for is no business of his colleagues here.
grant select (user_id, name, created_at) on public.profiles to authenticated;
grant select on public.profiles to service_role;
grant select (id, org_id, name, prefix, permissions, created_by, created_at, expires_at, revoked_at) on public.api_keys to authenticated;
grant select on public.api_keys to service_role;
-- A role is given by somebody who manages members; nobody edits the rows that decide about himself.
grant update (name) on public.profiles to authenticated;
-- Names are unique over all organisations: who could rename his own would learn which others there are.
grant update (access, time_zone) on public.orgs to authenticated, service_role;
grant update (name) on public.orgs to service_role;
grant insert on public.orgs to service_role;
grant insert, update, delete on public.profiles to service_role;
grant insert (org_id, user_id, role), update (role), delete on public.user_orgs to authenticated, service_role;
grant insert (org_id, name, prefix, key_hash, permissions, expires_at), update (name, expires_at, revoked_at)
  on public.api_keys to authenticated, service_role;

select private.seal_functions();
grant execute on function private.orgs_with(text), private.orgs_holding(text), private.acting_org(uuid), private.api_key_names(uuid[])
  to authenticated, service_role;
