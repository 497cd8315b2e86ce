-- The helper: immutable versions of a case's JSON, exactly one of them current, and each user's unsaved draft.

create table public.case_helper (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  version int not null check (version > 0),
  is_current boolean not null,
  helper_json jsonb not null check (jsonb_typeof(helper_json) = 'object'),
  -- SHA-256 (hex) and size of the text Postgres prints for the JSON: keys ordered, so equal content has equal hashes.
  content_hash text not null,
  size_bytes int not null,
  trigger text not null default 'SAVE' check (trigger in ('OPEN', 'SAVE', 'PATCH', 'MERGE', 'INGEST', 'RESTORE', 'CHECKPOINT')),
  -- JSON Pointers that differ from the version before; null where the writer did not work them out.
  changed_paths text[],
  label text check (length(label) <= 200),
  note text check (length(note) <= 2000),
  source text not null default 'SYSTEM' check (source in ('UI', 'MAKE', 'API', 'SYSTEM')),
  -- The version the writer had seen, and what it asked for should others have saved since: an overwrite stays on record.
  base_version int,
  on_conflict text check (on_conflict in ('REJECT', 'MERGE_DISJOINT', 'FORCE')),
  restored_from int,
  saved_by text not null,
  saved_at timestamptz(3) not null,
  unique (case_id, version),
  unique (org_id, id),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);
create unique index case_helper_current on public.case_helper (case_id) where is_current;
create index case_helper_case on public.case_helper (org_id, case_id, version desc);
create index case_helper_current_json on public.case_helper using gin (helper_json jsonb_path_ops) where is_current;

-- Number, author, time, hash and the current mark are given here, under the lock on the case row, whoever writes.
create function private.case_helper_before_insert() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  owner record;
  body text := new.helper_json::text;
begin
  select k.org_id, k.version into owner from public.cases k where k.id = new.case_id for update;
  if not found then
    -- The words of a policy's refusal: a case that is not there and one that is not yours answer alike.
    raise exception 'new row violates row-level security policy for table "case_helper"' using errcode = 'insufficient_privilege';
  end if;
  new.org_id := owner.org_id;
  new.version := owner.version + 1;
  new.is_current := true;
  new.content_hash := encode(sha256(convert_to(body, 'UTF8')), 'hex');
  new.size_bytes := octet_length(body);
  new.saved_by := private.actor();
  new.saved_at := clock_timestamp();
  update public.case_helper set is_current = false where case_id = new.case_id and is_current;
  update public.cases set version = new.version where id = new.case_id;
  return new;
end
$$;
create trigger case_helper_before_insert before insert on public.case_helper
  for each row execute function private.case_helper_before_insert();

create function private.case_helper_is_immutable() returns trigger language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - 'is_current' = to_jsonb(old) - 'is_current' and old.is_current and not new.is_current
     and pg_trigger_depth() > 1 then
    return new;
  end if;
  raise exception 'a saved version is immutable; save a new one' using errcode = 'CG002';
end
$$;
create trigger case_helper_is_immutable before update or delete on public.case_helper
  for each row execute function private.case_helper_is_immutable();
create trigger case_helper_is_never_truncated before truncate on public.case_helper
  for each statement execute function private.case_helper_is_immutable();

create table public.case_helper_drafts (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  user_id uuid not null,
  base_version int not null check (base_version >= 0),
  helper_json jsonb not null check (jsonb_typeof(helper_json) = 'object'),
  saved_at timestamptz(3) not null,
  unique (case_id, user_id),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete cascade,
  foreign key (org_id, user_id) references public.user_orgs (org_id, user_id) on delete cascade
);
create index case_helper_drafts_case on public.case_helper_drafts (org_id, case_id);
create index case_helper_drafts_user on public.case_helper_drafts (org_id, user_id);

create function private.case_helper_drafts_before_write() returns trigger language plpgsql set search_path = '' as $$
begin
  new.user_id := private.user_id();
  new.saved_at := clock_timestamp();
  return new;
end
$$;
create trigger case_helper_drafts_before_write before insert or update on public.case_helper_drafts
  for each row execute function private.case_helper_drafts_before_write();

-- INSERT alone is news: the current mark moving on is told by the version that took it.
select private.attach_to_case('public.case_helper', 'case.write', array['INSERT'], 'version'),
       private.protect('public.case_helper_drafts');
drop policy case_update on public.case_helper;
drop policy case_delete on public.case_helper;

-- A draft is its author's alone, and not news to anybody.
create policy draft_own on public.case_helper_drafts to authenticated
  using (
    user_id = (select private.user_id())
    and org_id = any (array(select private.orgs_holding('draft.write')))
    and (select true from public.cases k where k.org_id = case_helper_drafts.org_id and k.id = case_helper_drafts.case_id))
  with check (
    user_id = (select private.user_id())
    and org_id = any (array(select private.orgs_holding('draft.write')))
    and (select true from public.cases k where k.org_id = case_helper_drafts.org_id and k.id = case_helper_drafts.case_id));

grant select,
  insert (case_id, helper_json, trigger, changed_paths, label, note, source, base_version, on_conflict, restored_from)
  on public.case_helper to authenticated, service_role;
grant select, insert (org_id, case_id, base_version, helper_json), update (base_version, helper_json), delete
  on public.case_helper_drafts to authenticated;

alter publication supabase_realtime add table public.case_helper;

select private.seal_functions();
