-- The case catalogue. A row of any kind is a case; today the only kind is a damage case, one damaged vehicle.

create table public.cases (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  kind text not null default 'damage' check (kind in ('damage')),
  plate text,
  filing_id text check (length(filing_id) between 1 and 100),
  owner_name text check (length(owner_name) <= 500),
  status text not null default 'OPEN' check (status in ('OPEN', 'IN_PROGRESS', 'AWAITING_CLAIM_APPROVAL', 'CLAIM_APPROVED',
    'AWAITING_PAYMENT', 'PAID', 'IN_COURT', 'OTHER', 'CLOSED', 'ARCHIVED')),
  assigned_to uuid,
  inspection_location text check (length(inspection_location) <= 500),
  -- Mirrors the number of the current helper version; 0 before the first save.
  version int not null default 0 check (version >= 0),
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  closed_at timestamptz(3),
  unique (org_id, id),
  unique (org_id, filing_id),
  foreign key (org_id, assigned_to) references public.user_orgs (org_id, user_id) on delete set null (assigned_to),
  constraint cases_plate_digits check (kind <> 'damage' or (plate is not null and plate ~ '^[0-9]{5,8}$')),
  constraint cases_closed_when_inactive check ((closed_at is not null) = (status in ('CLOSED', 'ARCHIVED')))
);
-- "Active" is closed_at is null, everywhere. One active case per plate and organisation.
create unique index cases_active_plate on public.cases (org_id, plate) where closed_at is null and kind = 'damage';
create index cases_by_created on public.cases (org_id, kind, created_at, id);
create index cases_by_updated on public.cases (org_id, kind, updated_at, id);
create index cases_by_plate on public.cases (org_id, kind, plate, id);
create index cases_by_status on public.cases (org_id, kind, status, id);
create index cases_by_assignee on public.cases (org_id, assigned_to);
create index cases_by_creator on public.cases (org_id, created_by);

create table public.case_collaborators (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  user_id uuid not null,
  role text not null default 'EDITOR' check (role in ('OWNER', 'EDITOR', 'REQUESTER', 'WATCHER')),
  created_at timestamptz(3) not null default now(),
  unique (case_id, user_id),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete cascade,
  -- A share ends with the membership.
  foreign key (org_id, user_id) references public.user_orgs (org_id, user_id) on delete cascade
);
create index case_collaborators_user on public.case_collaborators (user_id, case_id);
create index case_collaborators_member on public.case_collaborators (org_id, user_id);
create index case_collaborators_case on public.case_collaborators (org_id, case_id);

create function private.cases_before_insert() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  year text;
begin
  new.version := 0;
  new.created_by := private.actor();
  new.updated_by := new.created_by;
  new.created_at := clock_timestamp();
  new.updated_at := new.created_at;
  new.closed_at := case when new.status in ('CLOSED', 'ARCHIVED') then clock_timestamp() end;
  -- The row is not checked against the policies yet; a foreign organisation must not lose a number to a refused insert,
  -- but it can't: the refusal rolls the counter back.
  if new.filing_id is null and new.plate is not null then
    select to_char(now() at time zone o.time_zone, 'YYYY') into year from public.orgs o where o.id = new.org_id;
    -- Without a year there is no such organisation, and the row is refused as one of a foreign organisation is.
    while year is not null loop
      new.filing_id := concat_ws('-', 'YC', new.plate, year, private.next_number(new.org_id, concat_ws(':', 'filing', new.plate, year)));
      -- A client may have brought this very number; take the next.
      exit when not exists (select from public.cases k where k.org_id = new.org_id and k.filing_id = new.filing_id);
    end loop;
  end if;
  return new;
end
$$;
create trigger cases_before_insert before insert on public.cases for each row execute function private.cases_before_insert();

create function private.cases_before_update() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.plate is distinct from old.plate then
    raise exception 'the plate of a case is immutable' using errcode = 'CG001', column = 'plate';
  end if;
  if (new.id, new.org_id, new.kind, new.created_by, new.created_at) is distinct from (old.id, old.org_id, old.kind, old.created_by, old.created_at) then
    raise exception 'identity and origin of a case are immutable' using errcode = 'CG002';
  end if;
  new.updated_at := clock_timestamp();
  new.updated_by := private.actor();
  new.closed_at := case when new.status in ('CLOSED', 'ARCHIVED') then coalesce(old.closed_at, clock_timestamp()) end;
  return new;
end
$$;
create trigger cases_before_update before update on public.cases for each row execute function private.cases_before_update();

-- Cases shared with the caller by a collaborator role that carries the permission.
create function private.cases_shared(permission text) returns setof uuid
language sql stable security definer rows 20 set search_path = '' as $$
  select c.case_id from public.case_collaborators c
  join public.role_permissions p on p.role = c.role and p.permission = $1 and p.reach = 'CASE'
  where c.user_id = private.user_id()
$$;

-- The one access rule of cases, as SQL over the alias of a cases row. Every policy that asks "may the caller do this to
-- this case" is built from it.
create function private.case_rule(alias text, permission text) returns text language sql immutable set search_path = '' as $$
  select format($sql$(
    %1$s.org_id = any (array(select private.orgs_with(%2$L)))
    or (%1$s.org_id = any (array(select private.orgs_holding(%2$L)))
        and (%1$s.created_by = (select private.actor())
          or %1$s.assigned_to = (select private.user_id())
          or %1$s.id = any (array(select private.cases_shared(%2$L))))))$sql$, alias, permission)
$$;

-- Policies and feed of a table whose rows belong to a case: readable with the case, writable with the permission.
-- Null for `write_permission`: read only. The scalar subquery is the form the planner turns into one index probe a row.
create function private.attach_to_case(
  target regclass, write_permission text,
  events text[] default array['INSERT', 'UPDATE', 'DELETE'], version_column text default ''
) returns void language plpgsql set search_path = '' as $$
declare
  same_case text := format('k.org_id = %1$s.org_id and k.id = %1$s.case_id', split_part(target::text, '.', -1));
  may_read text := format('(select true from public.cases k where %s)', same_case);
  may_write text := format('(select %s from public.cases k where %s)', private.case_rule('k', write_permission), same_case);
begin
  perform private.protect(target);
  execute format('create policy case_select on %s for select to authenticated using (%s)', target, may_read);
  if write_permission is not null then
    execute format('create policy case_insert on %s for insert to authenticated with check (%s)', target, may_write);
    execute format('create policy case_update on %s for update to authenticated using (%s) with check (%s)', target, may_write, may_write);
    execute format('create policy case_delete on %s for delete to authenticated using (%s)', target, may_write);
  end if;
  perform private.attach_feed(target, 'case_id', 'org_id', version_column, 'updated_at,updated_by', events);
end
$$;

select private.protect('public.cases'),
       private.attach_feed('public.cases', 'id', 'org_id', '', 'version,updated_at,updated_by'),
       private.attach_to_case('public.case_collaborators', 'case.share');

do $$
begin
  execute format('create policy cases_select on public.cases for select to authenticated using (%s)', private.case_rule('cases', 'case.read'));
  execute format('create policy cases_insert on public.cases for insert to authenticated with check (org_id = any (array(select private.orgs_holding(%L))))', 'case.create');
  execute format('create policy cases_update on public.cases for update to authenticated using (%s) with check (org_id = any (array(select private.orgs_holding(%L))))',
    private.case_rule('cases', 'case.write'), 'case.write');
end
$$;

-- What a principal may see of the log is what it may see of the cases; entries without a case are the members'.
create policy change_log_select on feed.change_log for select to authenticated using (
  org_id = any (array(select private.orgs_with('case.read')))
  or (case_id is null and org_id = any (array(select private.orgs_holding('org.read'))))
  or (case_id is not null and (select true from public.cases k where k.org_id = change_log.org_id and k.id = change_log.case_id)));

-- No id: who could choose one would learn from the primary key which ids other organisations have.
grant select, insert (org_id, kind, plate, filing_id, owner_name, status, assigned_to, inspection_location),
  update (filing_id, owner_name, status, assigned_to, inspection_location)
  on public.cases to authenticated, service_role;
grant select, insert (org_id, case_id, user_id, role), update (role), delete on public.case_collaborators to authenticated, service_role;

-- May the caller do this to this case? False as well when there is no such case.
create function private.may(permission text, case_org uuid, case_id uuid, created_by text, assigned_to uuid) returns boolean
language sql stable set search_path = '' as $$
  select current_user = 'service_role'
    or case_org in (select private.orgs_with(permission))
    or (case_org in (select private.orgs_holding(permission))
        and (created_by = private.actor() or assigned_to = private.user_id() or case_id in (select private.cases_shared(permission))))
$$;

alter publication supabase_realtime add table public.cases;

select private.seal_functions();
grant execute on function private.cases_shared(text), private.may(text, uuid, uuid, text, uuid) to authenticated, service_role;
