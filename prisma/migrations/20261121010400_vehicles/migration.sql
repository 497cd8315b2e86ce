-- What others say of the vehicle: the price guide's reports (Levi Yitzhak) and the registry's record.

create table public.levi_reports (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  -- The price guide's own number of the report.
  report_id text check (length(report_id) between 1 and 200),
  raw_response jsonb,
  parsed_data jsonb,
  report_url text check (length(report_url) <= 2000),
  fetched_at timestamptz(3),
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  unique (org_id, report_id),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);
create index levi_reports_by_case on public.levi_reports (org_id, case_id, created_at, id);

create table public.vehicle_details (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  vin text check (length(vin) <= 50),
  manufacturer text check (length(manufacturer) <= 200),
  model text check (length(model) <= 300),
  year int check (year between 1900 and 2200),
  -- Cubic centimetres.
  engine_size int check (engine_size >= 0),
  color text check (length(color) <= 100),
  -- The registry's answer, as it came.
  raw_data jsonb,
  enriched_data jsonb,
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  unique (org_id, case_id),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);

select private.attach_to_case('public.levi_reports', 'case.write'), private.attach_to_case('public.vehicle_details', 'case.write');
select private.open_to_clients('public.levi_reports', '{org_id,case_id}', '{report_id,raw_response,parsed_data,report_url,fetched_at}'),
       private.open_to_clients('public.vehicle_details', '{org_id,case_id}',
         '{vin,manufacturer,model,year,engine_size,color,raw_data,enriched_data}');

select private.seal_functions();
