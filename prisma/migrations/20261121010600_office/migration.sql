-- Running the office: reminders, what the mirror and the scenarios report, switches, and the developers' test cases.

create table public.reminders (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  title text not null check (length(title) between 1 and 300),
  notes text check (length(notes) <= 5000),
  category text check (length(category) <= 100),
  due_at timestamptz(3) not null,
  recurrence text not null default 'NONE' check (recurrence in ('NONE', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY')),
  status text not null default 'OPEN' check (status in ('OPEN', 'DONE', 'CANCELLED')),
  assigned_to uuid,
  -- When somebody was told that it is due.
  notified_at timestamptz(3),
  done_at timestamptz(3),
  -- The reminder whose end opened this one, and the time that its series is counted from.
  follows uuid,
  counted_from timestamptz(3) not null,
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  -- However often it is done, one follows.
  unique (org_id, follows),
  foreign key (org_id, follows) references public.reminders (org_id, id) on delete set null (follows),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict,
  foreign key (org_id, assigned_to) references public.user_orgs (org_id, user_id) on delete set null (assigned_to)
);
create index reminders_by_case on public.reminders (org_id, case_id, created_at, id);
create index reminders_by_due on public.reminders (org_id, due_at, id);
create index reminders_by_assignee on public.reminders (org_id, assigned_to);

create function private.reminders_before_write() returns trigger language plpgsql set search_path = '' as $$
begin
  new.done_at := case when new.status <> 'DONE' then null
    when tg_op = 'UPDATE' and old.status = 'DONE' then old.done_at else clock_timestamp() end;
  -- Who moves a reminder moves those that follow it.
  new.counted_from := case when tg_op = 'INSERT' then coalesce(new.counted_from, new.due_at)
    when new.due_at is distinct from old.due_at then new.due_at else new.counted_from end;
  return new;
end
$$;
create trigger reminders_before_write before insert or update on public.reminders
  for each row execute function private.reminders_before_write();

-- The first time of a series after a moment. It is the same time of day where the office is, whatever its clocks do, and
-- always counted from the first: the 31st becomes the 28th in February and the 31st again in March.
create function private.next_due(recurrence text, counted_from timestamptz, after timestamptz, zone text) returns timestamptz
language sql stable set search_path = '' as $$
  select min(due)
  from (select counted_from at time zone zone as first_time, after at time zone zone as since) local,
    lateral (select case recurrence
      when 'DAILY' then since::date - first_time::date
      when 'WEEKLY' then (since::date - first_time::date) / 7
      when 'MONTHLY' then ((extract(year from since) - extract(year from first_time)) * 12 + extract(month from since) - extract(month from first_time))::int
      else (extract(year from since) - extract(year from first_time))::int end as passed) gone,
    -- What has passed is right but for the part of a step that is under way.
    lateral generate_series(greatest(passed, 1), greatest(passed, 1) + 1) step,
    lateral (select (first_time + step * case recurrence when 'DAILY' then interval '1 day' when 'WEEKLY' then interval '7 days'
      when 'MONTHLY' then interval '1 month' else interval '1 year' end) at time zone zone as due) times
  where due > after
$$;

-- Opens what follows the reminders that a statement has done, all in one statement. What is overdue by several times is
-- followed once, by the next time to come.
create function private.reminders_open_next() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.reminders (org_id, case_id, title, notes, category, due_at, counted_from, recurrence, assigned_to, source, follows)
  select n.org_id, n.case_id, n.title, n.notes, n.category, d.due_at, n.counted_from, n.recurrence, n.assigned_to, n.source, n.id
  from new_rows n join old_rows o on o.id = n.id join public.orgs g on g.id = n.org_id,
    lateral (select private.next_due(n.recurrence, n.counted_from, greatest(n.due_at, now()), g.time_zone) as due_at) d
  where n.status = 'DONE' and o.status <> 'DONE' and n.recurrence <> 'NONE'
    -- A scenario may have made it by itself already.
    and not exists (select from public.reminders r
      where r.org_id = n.org_id and r.case_id = n.case_id and r.title = n.title and r.due_at = d.due_at)
  order by n.created_at, n.id
  on conflict (org_id, follows) do nothing;
  return null;
end
$$;
create trigger reminders_open_next after update on public.reminders
  referencing old table as old_rows new table as new_rows for each statement execute function private.reminders_open_next();

create table public.helper_sync_log (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  sync_direction text not null check (sync_direction in ('TO_SUPABASE', 'FROM_SUPABASE')),
  sync_status text not null check (sync_status in ('SUCCESS', 'FAILED', 'PARTIAL')),
  sections_synced text[] not null default '{}' check (cardinality(sections_synced) <= 200),
  helper_version int check (helper_version > 0),
  error_details jsonb,
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);
create index helper_sync_log_by_case on public.helper_sync_log (org_id, case_id, created_at, id);
create index helper_sync_log_by_status on public.helper_sync_log (org_id, sync_status, created_at, id);

create table public.system_logs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  log_level text not null check (log_level in ('ERROR', 'WARN', 'INFO', 'DEBUG')),
  component text not null check (length(component) between 1 and 200),
  message text not null check (length(message) between 1 and 5000),
  context jsonb,
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id)
);
create index system_logs_by_created on public.system_logs (org_id, created_at, id);
-- For the sweep, which asks for no organisation.
create index system_logs_by_age on public.system_logs (created_at);

create table public.dev_test_cases (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  test_name text not null check (length(test_name) between 1 and 300),
  test_data jsonb,
  expected_result jsonb,
  actual_result jsonb,
  status text not null default 'PENDING' check (status in ('PASS', 'FAIL', 'PENDING')),
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  unique (org_id, test_name)
);

create table public.feature_flags (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null check (name ~ '^[A-Za-z0-9_.:-]{1,100}$'),
  enabled boolean not null default false,
  value jsonb,
  description text check (length(description) <= 2000),
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  unique (org_id, name)
);

insert into public.role_permissions (role, permission, reach)
select role, permission, 'ORG' from unnest(array['developer', 'admin']) role, unnest(array['log.read', 'log.write', 'dev.write']) permission
union all values ('assessor', 'log.write', 'ORG');

select private.attach_to_case('public.reminders', 'case.write'), private.attach_to_case('public.helper_sync_log', 'case.write', array['INSERT']),
       private.attach_to_org('public.dev_test_cases', 'org.read', 'dev.write'),
       private.attach_to_org('public.feature_flags', 'org.read', 'org.manage'),
       private.protect('public.system_logs');
-- A log is not news: telling it would write every line twice.
-- Who may only write sees what he wrote: else he could not be answered what became of it.
create policy org_select on public.system_logs for select to authenticated
  using (org_id = any (array(select private.orgs_holding('log.read')))
    or (created_by = (select private.actor()) and org_id = any (array(select private.orgs_holding('log.write')))));
create policy org_insert on public.system_logs for insert to authenticated
  with check (org_id = any (array(select private.orgs_holding('log.write'))));
select private.open_to_clients('public.reminders', '{org_id,case_id}', '{title,notes,category,due_at,recurrence,status,assigned_to,notified_at}'),
       private.open_to_clients('public.dev_test_cases', '{org_id}', '{test_name,test_data,expected_result,actual_result,status}', deletable => true),
       private.open_to_clients('public.feature_flags', '{org_id}', '{name,enabled,value,description}', deletable => true),
       private.open_to_clients('public.helper_sync_log', '{org_id,case_id,sync_direction,sync_status,sections_synced,helper_version,error_details}', '{}'),
       private.open_to_clients('public.system_logs', '{org_id,log_level,component,message,context}', '{}');
-- What was logged stays as it was logged.
drop policy case_update on public.helper_sync_log;
-- Old lines are swept away by the server.
grant delete on public.system_logs to service_role;

select private.seal_functions();
