-- Who may do what through which door: what an API key may call and write, what may be ingested, and invitations.

-- Operations by their gateway names; null allows all. Pointers of the helper that the key may write at or below; null allows all.
alter table public.api_keys
  add column operations text[] check (cardinality(operations) <= 200),
  add column writable_pointers text[] check (cardinality(writable_pointers) <= 200),
  -- Answers of any failure carry its HTTP status, as Make needs it.
  add column strict_status boolean not null default false;
alter table public.api_keys alter column permissions
  set default array['org.read', 'case.read', 'case.create', 'case.write', 'kb.read', 'kb.write', 'log.read', 'log.write'];

-- Where data from outside may be put, by whomever.
alter table public.orgs add column ingest_pointers text[] not null
  default array['/vehicle', '/car_details', '/valuation', '/levisummary', '/levi_data', '/parts_search', '/invoices', '/documents', '/images', '/raw_webhook_data']
  check (cardinality(ingest_pointers) <= 200);

grant insert (operations, writable_pointers, strict_status), update (strict_status) on public.api_keys to authenticated, service_role;
grant select (operations, writable_pointers, strict_status) on public.api_keys to authenticated;
grant update (ingest_pointers) on public.orgs to authenticated, service_role;

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

-- Makes the caller a member; null when the code is unknown, used, revoked or expired, which answer alike.
create function private.accept_invitation(code_hash bytea) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  invited record;
begin
  if private.user_id() is null then return null; end if;
  select i.* into invited from public.org_invitations i
    where i.code_hash = $1 and i.accepted_at is null and i.revoked_at is null and i.expires_at > now() for update;
  if not found then return null; end if;
  -- Who is a member already keeps his role.
  insert into public.user_orgs (org_id, user_id, role) values (invited.org_id, private.user_id(), invited.role)
    on conflict (org_id, user_id) do nothing;
  update public.org_invitations set accepted_by = private.user_id(), accepted_at = clock_timestamp() where id = invited.id;
  return invited.org_id;
end
$$;

select private.attach_to_org('public.org_invitations', 'member.manage', 'member.manage');
select private.open_to_clients('public.org_invitations', '{org_id,role,note,code_hash,expires_at}', '{revoked_at}', false);
-- The hash is nobody's to read.
revoke select on public.org_invitations from authenticated;
grant select (id, org_id, role, note, expires_at, accepted_by, accepted_at, revoked_at, created_by, created_at, updated_by, updated_at)
  on public.org_invitations to authenticated;
revoke insert on public.user_orgs from authenticated;

select private.seal_functions();
grant execute on function private.accept_invitation(bytea) to authenticated;
