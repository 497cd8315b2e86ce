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
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
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
  return new;
end
$$;
create trigger reminders_before_write before insert or update on public.reminders
  for each row execute function private.reminders_before_write();

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
create policy org_select on public.system_logs for select to authenticated
  using (org_id = any (array(select private.orgs_holding('log.read'))));
create policy org_insert on public.system_logs for insert to authenticated
  with check (org_id = any (array(select private.orgs_holding('log.write'))));
select private.open_to_clients('public.reminders', '{org_id,case_id}', '{title,notes,category,due_at,recurrence,status,assigned_to,notified_at}'),
       private.open_to_clients('public.dev_test_cases', '{org_id}', '{test_name,test_data,expected_result,actual_result,status}'),
       private.open_to_clients('public.feature_flags', '{org_id}', '{name,enabled,value,description}'),
       private.open_to_clients('public.helper_sync_log', '{org_id,case_id,sync_direction,sync_status,sections_synced,helper_version,error_details}', '{}'),
       private.open_to_clients('public.system_logs', '{org_id,log_level,component,message,context}', '{}');
-- What was logged stays as it was logged.
drop policy case_update on public.helper_sync_log;
drop policy case_delete on public.helper_sync_log;
grant delete on public.dev_test_cases, public.feature_flags to authenticated, service_role;
-- Old lines are swept away by the server.
grant delete on public.system_logs to service_role;

select private.seal_functions();
