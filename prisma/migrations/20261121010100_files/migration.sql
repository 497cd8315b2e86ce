-- What belongs to a case and lies in a store: documents, images, reports, and how far each has been mirrored to OneDrive.

create table public.docs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  category text check (length(category) <= 100),
  filename text not null check (length(filename) between 1 and 500),
  mime text check (length(mime) <= 200),
  size_bytes int check (size_bytes >= 0),
  checksum text check (length(checksum) <= 200),
  storage_key text check (length(storage_key) <= 1000),
  onedrive_file_id text check (length(onedrive_file_id) <= 500),
  onedrive_web_url text check (length(onedrive_web_url) <= 2000),
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);
create index docs_by_case on public.docs (org_id, case_id, created_at, id);
create unique index docs_onedrive_file on public.docs (org_id, case_id, onedrive_file_id) where onedrive_file_id is not null;
create unique index docs_storage_key on public.docs (org_id, case_id, storage_key) where storage_key is not null;

create table public.images (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  filename text check (length(filename) <= 500),
  category text check (length(category) <= 100),
  original_key text check (length(original_key) <= 1000),
  processed_key text check (length(processed_key) <= 1000),
  display_order int check (display_order >= 0),
  -- The Id of a damage centre in the helper, as dc_1762166640000_1.
  damage_center_code text check (length(damage_center_code) <= 100),
  recognized_part text check (length(recognized_part) <= 200),
  recognized_damage text check (length(recognized_damage) <= 200),
  confidence numeric(5, 4) check (confidence between 0 and 1),
  onedrive_file_id text check (length(onedrive_file_id) <= 500),
  onedrive_web_url text check (length(onedrive_web_url) <= 2000),
  meta jsonb,
  -- Put aside, not gone; since when is the database's to say.
  deleted boolean not null default false,
  deleted_at timestamptz(3),
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);
create index images_by_case on public.images (org_id, case_id, created_at, id);
create unique index images_original_key on public.images (org_id, case_id, original_key) where original_key is not null;

create function private.images_before_write() returns trigger language plpgsql set search_path = '' as $$
begin
  new.deleted_at := case when new.deleted then coalesce(case tg_op when 'UPDATE' then old.deleted_at end, clock_timestamp()) end;
  return new;
end
$$;
create trigger images_before_write before insert or update on public.images
  for each row execute function private.images_before_write();

create table public.reports (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  report_type text not null check (report_type in ('EXPERTISE', 'ESTIMATE', 'FINAL_REPORT', 'PARTS', 'FEE_INVOICE', 'OTHER')),
  -- Of a final report: which of its five forms.
  variant text check (variant in ('PRIVATE', 'GLOBAL', 'SOLD_AS_DAMAGED', 'TOTAL_LOSS', 'LEGAL_TOTAL_LOSS')),
  check (variant is null or report_type = 'FINAL_REPORT'),
  status text not null default 'DRAFT' check (status in ('DRAFT', 'FINAL')),
  -- Counts from 1 for each case and type, given by the database.
  version int not null,
  title text check (length(title) <= 500),
  -- The version of the helper it was made from.
  helper_version int check (helper_version > 0),
  storage_key text check (length(storage_key) <= 1000),
  onedrive_file_id text check (length(onedrive_file_id) <= 500),
  onedrive_web_url text check (length(onedrive_web_url) <= 2000),
  metadata jsonb,
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  unique (org_id, case_id, report_type, version),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);
create index reports_by_case on public.reports (org_id, case_id, created_at, id);
create unique index reports_storage_key on public.reports (org_id, case_id, storage_key) where storage_key is not null;

create function private.number_report() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  new.version := private.next_number(new.org_id, concat_ws(':', 'report', new.case_id, new.report_type));
  return new;
end
$$;
create trigger number_report before insert on public.reports for each row execute function private.number_report();

create function private.reports_before_update() returns trigger language plpgsql set search_path = '' as $$
begin
  if old.status = 'FINAL' and new.status <> 'FINAL' then
    raise exception 'a final report stays final' using errcode = 'CG003', column = 'status';
  end if;
  return new;
end
$$;
create trigger reports_before_update before update on public.reports
  for each row execute function private.reports_before_update();

create table public.onedrive_sync (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  file_type text not null check (file_type in ('REPORT', 'INVOICE', 'IMAGE', 'DOCUMENT')),
  supabase_path text not null check (length(supabase_path) between 1 and 1000),
  onedrive_path text check (length(onedrive_path) <= 1000),
  onedrive_item_id text check (length(onedrive_item_id) <= 500),
  sync_status text not null default 'PENDING' check (sync_status in ('PENDING', 'SYNCED', 'FAILED')),
  error_details jsonb,
  last_synced_at timestamptz(3),
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  unique (org_id, case_id, file_type, supabase_path),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);
create index onedrive_sync_by_case on public.onedrive_sync (org_id, case_id, created_at, id);
create index onedrive_sync_by_status on public.onedrive_sync (org_id, sync_status, created_at, id);

-- A copy that is made says when, and nothing of the tries that failed before it, unless the writer says otherwise.
create function private.onedrive_sync_before_write() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.sync_status = 'SYNCED' and (tg_op = 'INSERT' or old.sync_status <> 'SYNCED') then
    if new.last_synced_at is not distinct from (case tg_op when 'UPDATE' then old.last_synced_at end) then
      new.last_synced_at := clock_timestamp();
    end if;
    if tg_op = 'UPDATE' and new.error_details is not distinct from old.error_details then
      new.error_details := null;
    end if;
  end if;
  return new;
end
$$;
create trigger onedrive_sync_before_write before insert or update on public.onedrive_sync
  for each row execute function private.onedrive_sync_before_write();

select private.attach_to_case('public.docs', 'case.write'), private.attach_to_case('public.images', 'case.write'),
       private.attach_to_case('public.reports', 'case.write'), private.attach_to_case('public.onedrive_sync', 'case.write');
select private.open_to_clients('public.docs', '{org_id,case_id}',
         '{category,filename,mime,size_bytes,checksum,storage_key,onedrive_file_id,onedrive_web_url}'),
       private.open_to_clients('public.images', '{org_id,case_id}',
         '{filename,category,original_key,processed_key,display_order,damage_center_code,recognized_part,recognized_damage,confidence,onedrive_file_id,onedrive_web_url,meta,deleted}'),
       private.open_to_clients('public.reports', '{org_id,case_id,report_type}',
         '{variant,status,title,helper_version,storage_key,onedrive_file_id,onedrive_web_url,metadata}'),
       private.open_to_clients('public.onedrive_sync', '{org_id,case_id,file_type,supabase_path}',
         '{onedrive_path,onedrive_item_id,sync_status,error_details,last_synced_at}');

select private.seal_functions();
