-- Who may do what through which door: what an API key may call and write, what may be ingested, and invitations.

-- Operations by their gateway names; null allows all. Pointers of the helper that the key may write at or below; null allows all.
alter table public.api_keys
  add column operations text[] check (cardinality(operations) between 1 and 200),
  add column writable_pointers text[] check (cardinality(writable_pointers) between 1 and 200),
  -- Answers of any failure carry its HTTP status, as Make needs it.
  add column strict_status boolean not null default false;
alter table public.api_keys alter column permissions
  set default array['org.read', 'case.read', 'case.create', 'case.write', 'kb.read', 'kb.write', 'log.read', 'log.write'];

-- Nobody gives a key what he does not hold himself.
create function private.api_keys_before_insert() returns trigger language plpgsql set search_path = '' as $$
begin
  if current_user = 'authenticated' and exists (
    select from unnest(new.permissions) p where new.org_id not in (select private.orgs_holding(p)))
  then
    raise exception 'a key can not be given a permission that its maker lacks' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger api_keys_before_insert before insert on public.api_keys
  for each row execute function private.api_keys_before_insert();

-- Where data from outside may be put, by whomever.
alter table public.orgs add column ingest_pointers text[] not null
  default array['/vehicle', '/car_details', '/valuation', '/levisummary', '/levi_data', '/parts_search', '/invoices', '/documents', '/images', '/raw_webhook_data']
  check (cardinality(ingest_pointers) <= 200);

grant insert (operations, writable_pointers, strict_status), update (strict_status) on public.api_keys to authenticated, service_role;
grant select (operations, writable_pointers, strict_status) on public.api_keys to authenticated;
grant update (ingest_pointers) on public.orgs to authenticated, service_role;

-- The organisation keeps an admin, and only admins make and unmake admins.
create function private.user_orgs_before_write() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and new.role = old.role then return new; end if;
  if private.user_id() is not null
    and (old.role = 'admin' or (tg_op = 'UPDATE' and new.role = 'admin'))
    and not exists (
      select from public.user_orgs m where m.org_id = old.org_id and m.user_id = private.user_id() and m.role = 'admin')
  then
    raise exception 'only an admin makes or unmakes an admin' using errcode = '42501', constraint = 'user_orgs_admins_by_admins';
  end if;
  if old.role = 'admin' then
    -- Written and not merely locked: of two that lower each other the second then sees the first, whatever its snapshot.
    update public.orgs o set access = o.access where o.id = old.org_id;
    -- Without the organisation there is nobody left to lock out.
    if found and not exists (
      select from public.user_orgs m where m.org_id = old.org_id and m.role = 'admin' and m.id <> old.id)
    then
      raise exception 'the last admin of an organisation stays: make somebody else admin first'
        using errcode = '23514', constraint = 'user_orgs_last_admin';
    end if;
  end if;
  return case tg_op when 'DELETE' then old else new end;
end
$$;
create trigger user_orgs_before_write before update of role or delete on public.user_orgs
  for each row execute function private.user_orgs_before_write();

-- A person joins by a code that an administrator hands over, so that nobody is made a member, and has his name read, unasked.
create table public.org_invitations (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  role text not null check (role in ('developer', 'admin', 'assessor', 'assistant')),
  -- For the administrators: whom it is meant for.
  note text check (length(note) <= 300),
  code_hash bytea not null unique check (length(code_hash) = 32),
  expires_at timestamptz(3) not null default now() + interval '7 days',
  accepted_by uuid,
  accepted_at timestamptz(3),
  revoked_at timestamptz(3),
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id)
);
create index org_invitations_by_created on public.org_invitations (org_id, created_at, id);

create function private.org_invitations_before_write() returns trigger language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' then
    if old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at then
      raise exception 'a revoked invitation stays revoked; make a new one' using errcode = 'CG002';
    end if;
  elsif current_user = 'authenticated' and new.role = 'admin' and not exists (
    select from public.user_orgs m where m.org_id = new.org_id and m.user_id = private.user_id() and m.role = 'admin')
  then
    raise exception 'only an admin makes or unmakes an admin' using errcode = '42501', constraint = 'user_orgs_admins_by_admins';
  end if;
  return new;
end
$$;
create trigger org_invitations_before_write before insert or update on public.org_invitations
  for each row execute function private.org_invitations_before_write();

-- Makes the caller a member. No row when the code is unknown, used, revoked or expired, which answer alike. Sending one's
-- own code again is answered as the first time; who is a member already keeps his role, and the code stays good.
create function private.accept_invitation(code_hash bytea, out org_id uuid, out member_id uuid, out joined boolean) returns setof record
language plpgsql volatile security definer rows 1 set search_path = '' as $$
declare
  invited record;
begin
  if private.user_id() is null then return; end if;
  select i.* into invited from public.org_invitations i where i.code_hash = $1 for update;
  if not found then return; end if;
  org_id := invited.org_id;
  select m.id into member_id from public.user_orgs m where m.org_id = invited.org_id and m.user_id = private.user_id();
  joined := member_id is null;
  if joined or invited.accepted_by is distinct from private.user_id() then
    if invited.accepted_at is not null or invited.revoked_at is not null or invited.expires_at <= now() then return; end if;
  end if;
  if joined then
    insert into public.user_orgs as m (org_id, user_id, role) values (invited.org_id, private.user_id(), invited.role)
      on conflict on constraint user_orgs_org_id_user_id_key do nothing returning m.id into member_id;
    -- By another code, this moment.
    if member_id is null then
      select m.id into member_id from public.user_orgs m where m.org_id = invited.org_id and m.user_id = private.user_id();
      joined := false;
    end if;
  end if;
  if joined then
    insert into public.profiles as p (user_id, org_id) values (private.user_id(), invited.org_id)
      on conflict (user_id) do update set org_id = excluded.org_id where p.org_id is null;
    update public.org_invitations i set accepted_by = private.user_id(), accepted_at = clock_timestamp() where i.id = invited.id;
  end if;
  return next;
end
$$;

select private.attach_to_org('public.org_invitations', 'member.manage', 'member.manage');
select private.open_to_clients('public.org_invitations', '{org_id,role,note,code_hash,expires_at}', '{revoked_at}', false);
-- The hash is nobody's to read.
revoke select on public.org_invitations from authenticated;
grant select (id, org_id, role, note, expires_at, accepted_by, accepted_at, revoked_at, created_by, created_at, updated_by, updated_at)
  on public.org_invitations to authenticated;
revoke insert on public.user_orgs from authenticated;
drop policy org_insert on public.user_orgs;

-- A person names himself, also where the sign-in made no profile for him.
create policy profiles_insert on public.profiles for insert to authenticated with check (user_id = (select private.user_id()));
grant insert (user_id, name) on public.profiles to authenticated;

-- Whoever belongs to an organisation, or is a live key of it, whatever he may do there.
create function private.orgs_of_caller() returns setof uuid
language sql stable security definer rows 3 set search_path = '' as $$
  select m.org_id from public.user_orgs m where m.user_id = private.user_id()
  union all
  select k.org_id from public.api_keys k
  where k.id = private.api_key_id() and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
$$;
-- Where data from outside may be put, for whoever writes cases, though the other settings be none of his business.
create function private.ingest_pointers(org uuid) returns text[]
language sql stable security definer set search_path = '' as $$
  select o.ingest_pointers from public.orgs o
  where o.id = $1 and (o.id in (select private.orgs_of_caller()) or private.claims() ->> 'role' = 'service_role')
$$;
-- A key that is good for the knowledge alone retries as safely as any, and is told how far the feed is.
alter policy idempotency_own on gateway.idempotency
  using (principal = (select private.actor()) and org_id = any (array(select private.orgs_of_caller())))
  with check (principal = (select private.actor()) and org_id = any (array(select private.orgs_of_caller())));
alter policy org_feed_select on feed.org_feed using (org_id = any (array(select private.orgs_of_caller())));

select private.seal_functions();
grant execute on function private.accept_invitation(bytea), private.orgs_of_caller(), private.ingest_pointers(uuid) to authenticated, service_role;
