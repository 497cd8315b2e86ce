-- Parts: what was searched, what the suppliers answered, what was selected, and what each damage centre needs.

create table public.parts_search_sessions (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  -- Vehicle, damage centres and words that were searched with.
  search_context jsonb,
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  unique (org_id, case_id, id),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);
create index parts_search_sessions_by_case on public.parts_search_sessions (org_id, case_id, created_at, id);

create table public.parts_search_results (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  session_id uuid not null,
  supplier text check (length(supplier) <= 300),
  search_query jsonb,
  results jsonb not null,
  response_time_ms int check (response_time_ms >= 0),
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  -- A result is of the case its session is of.
  foreign key (org_id, case_id, session_id) references public.parts_search_sessions (org_id, case_id, id) on delete restrict,
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);
create index parts_search_results_by_session on public.parts_search_results (org_id, case_id, session_id, created_at, id);

create table public.parts_required (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  -- The row's id in the helper, where it has one. Unique in the organisation, so that no save can double a part.
  row_uuid uuid,
  damage_center_code text check (length(damage_center_code) <= 100),
  part_number text check (length(part_number) <= 200),
  part_name text check (length(part_name) <= 500),
  manufacturer text check (length(manufacturer) <= 200),
  quantity int not null default 1 check (quantity >= 0),
  unit_price numeric(14, 2) check (unit_price >= 0),
  reduction_percentage numeric(5, 2) not null default 0 check (reduction_percentage between 0 and 100),
  wear_percentage numeric(5, 2) not null default 0 check (wear_percentage between 0 and 100),
  -- Worked out below; total_cost is the only figure of a part that sums are made of.
  updated_price numeric(14, 2),
  total_cost numeric(16, 2),
  selected_supplier text check (length(selected_supplier) <= 300),
  status text not null default 'PENDING' check (status in ('PENDING', 'ORDERED', 'RECEIVED', 'CANCELLED')),
  metadata jsonb,
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  unique (org_id, case_id, id),
  unique (org_id, row_uuid),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);
create index parts_required_by_case on public.parts_required (org_id, case_id, created_at, id);
create index parts_required_by_number on public.parts_required (org_id, case_id, damage_center_code, part_number);

create function private.price_part() returns trigger language plpgsql set search_path = '' as $$
begin
  new.updated_price := round(new.unit_price * (1 - new.reduction_percentage / 100) * (1 - new.wear_percentage / 100), 2);
  new.total_cost := new.updated_price * new.quantity;
  return new;
end
$$;
create trigger price_part before insert or update on public.parts_required for each row execute function private.price_part();

create table public.selected_parts (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  damage_center_code text check (length(damage_center_code) <= 100),
  data_source text not null check (data_source in ('CATALOG', 'WEB', 'OCR', 'MANUAL')),
  supplier text check (length(supplier) <= 300),
  part_number text check (length(part_number) <= 200),
  part_name text not null check (length(part_name) between 1 and 500),
  manufacturer text check (length(manufacturer) <= 200),
  quantity int not null default 1 check (quantity >= 0),
  unit_price numeric(14, 2) check (unit_price >= 0),
  status text not null default 'SELECTED' check (status in ('SELECTED', 'ASSIGNED', 'ORDERED', 'COMPLETED', 'REMOVED')),
  -- The search's answer it was picked from, as it came.
  raw_data jsonb,
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);
create index selected_parts_by_case on public.selected_parts (org_id, case_id, created_at, id);
-- A part is selected once, whichever window it was picked in.
create unique index selected_parts_once on public.selected_parts
  (org_id, case_id, data_source, coalesce(supplier, ''), coalesce(part_number, ''), part_name);

select private.attach_to_case('public.parts_search_sessions', 'case.write'), private.attach_to_case('public.parts_search_results', 'case.write'),
       private.attach_to_case('public.parts_required', 'case.write'), private.attach_to_case('public.selected_parts', 'case.write');
select private.open_to_clients('public.parts_search_sessions', '{org_id,case_id}', '{search_context}'),
       private.open_to_clients('public.parts_search_results', '{org_id,case_id,session_id}', '{supplier,search_query,results,response_time_ms}'),
       private.open_to_clients('public.parts_required', '{org_id,case_id}',
         '{row_uuid,damage_center_code,part_number,part_name,manufacturer,quantity,unit_price,reduction_percentage,wear_percentage,selected_supplier,status,metadata}'),
       private.open_to_clients('public.selected_parts', '{org_id,case_id}',
         '{damage_center_code,data_source,supplier,part_number,part_name,manufacturer,quantity,unit_price,status,raw_data}');

select private.seal_functions();
