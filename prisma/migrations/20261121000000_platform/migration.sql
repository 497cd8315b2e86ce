-- What the rest stands on: extensions, roles, Supabase's names where they are absent, and the functions that
-- say who is asking. Everything here may already exist on Supabase, so nothing is replaced.

create schema if not exists extensions;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists "uuid-ossp" with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists unaccent with schema extensions;

-- Roles belong to the cluster, not to the database, and another database may be creating them this moment.
do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('anon', 'nologin noinherit'),
      ('authenticated', 'nologin noinherit'),
      ('service_role', 'nologin noinherit bypassrls'),
      -- Owns the definer functions; never logs in and owns no table, so RLS applies to it through its own policies.
      ('casegraph_owner', 'nologin noinherit'),
      -- The two logins of the server. They have no rights of their own: a query outside a scope is refused.
      ('casegraph_api', 'nologin noinherit'),
      ('casegraph_service', 'nologin noinherit')
    ) as r(name, options)
  loop
    continue when exists (select from pg_catalog.pg_roles where rolname = wanted.name);
    begin
      execute format('create role %I %s', wanted.name, wanted.options);
    exception
      when duplicate_object or unique_violation then null;
      -- BYPASSRLS is not everybody's to give; service_role has policies of its own besides.
      when insufficient_privilege then execute format('create role %I nologin noinherit', wanted.name);
    end;
  end loop;
end
$$;

do $$
begin
  grant anon, authenticated to casegraph_api;
  grant service_role to casegraph_service;
  -- Who migrates may step in for them, and makes the first organisation as service_role.
  execute format('grant anon, authenticated, service_role to %I', current_user);
exception when insufficient_privilege then
  raise notice 'the login roles can not be made members here; the server will switch roles from its own login';
end
$$;
grant casegraph_owner to current_user;

create schema if not exists private;
create schema if not exists feed;
create schema if not exists gateway;
grant usage on schema public, extensions to anon, authenticated, service_role, casegraph_owner;
grant usage on schema private, feed, gateway to authenticated, service_role, casegraph_owner;
-- Owning a function takes CREATE on its schema.
grant create on schema private, feed to casegraph_owner;

do $$
begin
  if not exists (select from pg_catalog.pg_namespace where nspname = 'auth') then
    create schema auth;
    grant usage on schema auth to anon, authenticated, service_role;
  end if;
  if to_regclass('auth.users') is null then
    create table auth.users (
      id uuid primary key default gen_random_uuid(),
      email text unique,
      created_at timestamptz(3) not null default now()
    );
    alter table auth.users enable row level security;
    alter table auth.users force row level security;
    create policy users_service on auth.users to service_role using (true) with check (true);
    grant select, insert on auth.users to service_role;
  end if;
  if to_regprocedure('auth.jwt()') is null then
    create function auth.jwt() returns jsonb language sql stable as
      'select coalesce(nullif(current_setting(''request.jwt.claims'', true), ''''), ''{}'')::jsonb';
  end if;
  if to_regprocedure('auth.uid()') is null then
    create function auth.uid() returns uuid language sql stable as
      'select nullif(auth.jwt() ->> ''sub'', '''')::uuid';
  end if;
  if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
  end if;
end
$$;

-- Prisma's own table of what has been applied. The server asks it whether the database is as new as the code.
do $$
begin
  if to_regclass('public._prisma_migrations') is not null then
    revoke all on public._prisma_migrations from anon, authenticated, service_role;
    alter table public._prisma_migrations enable row level security;
    create policy migrations_service on public._prisma_migrations for select to service_role using (true);
    grant select on public._prisma_migrations to service_role;
  end if;
end
$$;

-- Who is asking. Read from the verified token's claims, which the server (or PostgREST) sets for the transaction.
-- The setting reads as '' rather than null once a transaction that had set it is over.
create function private.claims() returns jsonb language sql stable set search_path = '' as $$
  select coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb
$$;

create function private.user_id() returns uuid language sql stable set search_path = '' as $$
  select case when private.claims() ->> 'role' = 'authenticated' then nullif(private.claims() ->> 'sub', '')::uuid end
$$;

create function private.api_key_id() returns uuid language sql stable set search_path = '' as $$
  select nullif(private.claims() ->> 'api_key_id', '')::uuid
$$;

-- Who causes a write, as KIND:id. No client can choose it.
create function private.actor() returns text language sql stable set search_path = '' as $$
  select case
    when c ? 'api_key_id' then 'API_KEY:' || (c ->> 'api_key_id')
    when c ->> 'role' = 'authenticated' and c ? 'sub' then 'USER:' || (c ->> 'sub')
    when c ->> 'role' = 'service_role' then 'SERVICE:' || coalesce(nullif(c ->> 'sub', ''), 'service_role')
    else 'SYSTEM:' || session_user
  end
  from private.claims() as c
$$;

create function private.request_id() returns text language sql stable set search_path = '' as $$
  select nullif(current_setting('casegraph.request_id', true), '')
$$;

-- Ends each migration: definer functions belong to casegraph_owner, and nothing is executable by everybody.
create function private.seal_functions() returns void language plpgsql set search_path = '' as $$
declare
  fn record;
begin
  for fn in
    select p.oid::regprocedure as signature, p.prosecdef, p.prorettype = 'trigger'::regtype as is_trigger
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('private', 'feed')
  loop
    execute format('revoke all on function %s from public', fn.signature);
    if not fn.is_trigger then
      execute format('grant execute on function %s to casegraph_owner', fn.signature);
    end if;
    if fn.prosecdef then
      execute format('alter function %s owner to casegraph_owner', fn.signature);
    end if;
  end loop;
end
$$;

select private.seal_functions();
grant execute on function private.claims(), private.user_id(), private.api_key_id(), private.actor(), private.request_id()
  to authenticated, service_role;
