-- Invoices, their lines, and which damage centre each line belongs to.

create table public.invoices (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  invoice_number text check (length(invoice_number) between 1 and 100),
  invoice_type text check (invoice_type in ('PARTS', 'LABOR', 'TOWING', 'OTHER')),
  supplier_name text check (length(supplier_name) between 1 and 300),
  supplier_tax_id text check (length(supplier_tax_id) between 1 and 50),
  issue_date date,
  due_date date,
  status text not null default 'DRAFT'
    check (status in ('DRAFT', 'PENDING', 'ASSIGNED', 'ACCEPTED', 'REJECTED', 'SENT', 'PAID', 'CANCELLED')),
  total_before_tax numeric(14, 2) check (total_before_tax >= 0),
  tax_amount numeric(14, 2) check (tax_amount >= 0),
  total_amount numeric(14, 2) check (total_amount >= 0),
  -- The plate as the invoice itself states it, digits only; another than the case's is a warning for people to settle.
  plate text check (plate ~ '^[0-9]{5,8}$'),
  -- What the OCR answered, as it came.
  ocr jsonb,
  metadata jsonb,
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  unique (org_id, case_id, id),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);
create index invoices_by_case on public.invoices (org_id, case_id, created_at, id);
create index invoices_by_created on public.invoices (org_id, created_at, id);
create index invoices_by_status on public.invoices (org_id, status, created_at, id);
create index invoices_by_number on public.invoices (org_id, invoice_number);
-- Two garages may both write an invoice 6; one garage may not.
create unique index invoices_supplier_number on public.invoices
  (org_id, coalesce(supplier_tax_id, lower(supplier_name)), invoice_number)
  where invoice_number is not null and coalesce(supplier_tax_id, lower(supplier_name)) is not null;

create table public.invoice_lines (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  invoice_id uuid not null,
  line_number int not null check (line_number > 0),
  description text check (length(description) <= 1000),
  item_category text check (item_category in ('PART', 'WORK', 'REPAIR', 'OTHER')),
  part_id uuid,
  quantity numeric(14, 3) check (quantity >= 0),
  unit_price numeric(14, 2) check (unit_price >= 0),
  discount_percent numeric(5, 2) check (discount_percent between 0 and 100),
  line_total numeric(14, 2) check (line_total >= 0),
  metadata jsonb,
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  unique (org_id, case_id, id),
  -- Seen to at the end of a statement, so that one may let two lines change places.
  unique (org_id, invoice_id, line_number) deferrable initially immediate,
  foreign key (org_id, case_id, invoice_id) references public.invoices (org_id, case_id, id) on delete restrict,
  foreign key (org_id, case_id, part_id) references public.parts_required (org_id, case_id, id) on delete set null (part_id),
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);
create index invoice_lines_invoice on public.invoice_lines (org_id, case_id, invoice_id);
create index invoice_lines_part on public.invoice_lines (org_id, case_id, part_id);

create table public.invoice_line_assignments (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  case_id uuid not null,
  line_id uuid not null,
  damage_center_code text not null check (length(damage_center_code) between 1 and 100),
  status text not null default 'PROPOSED' check (status in ('PROPOSED', 'ASSIGNED', 'ACCEPTED', 'REJECTED')),
  method text not null default 'USER' check (method in ('AI', 'RULE', 'USER')),
  confidence numeric(5, 4) check (confidence between 0 and 1),
  note text check (length(note) <= 2000),
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id),
  foreign key (org_id, case_id, line_id) references public.invoice_lines (org_id, case_id, id) on delete cascade,
  foreign key (org_id, case_id) references public.cases (org_id, id) on delete restrict
);
create index invoice_line_assignments_line on public.invoice_line_assignments (org_id, case_id, line_id);
-- Several may be proposed for a line; one is assigned or accepted.
create unique index invoice_line_assignments_open on public.invoice_line_assignments (org_id, line_id, damage_center_code)
  where status <> 'REJECTED';
create unique index invoice_line_assignments_settled on public.invoice_line_assignments (org_id, line_id)
  where status in ('ASSIGNED', 'ACCEPTED');

-- proposed → assigned → accepted; proposed or assigned → rejected; assigned → proposed takes it back.
create function private.assignment_moves() returns trigger language plpgsql set search_path = '' as $$
declare
  is_other_vehicle boolean;
begin
  if tg_op = 'INSERT' then
    if new.status not in ('PROPOSED', 'ASSIGNED') then
      raise exception 'an assignment can not begin as %', new.status using errcode = 'CG003', column = 'status';
    end if;
  elsif new.status is distinct from old.status
     and (old.status, new.status) not in (('PROPOSED', 'ASSIGNED'), ('PROPOSED', 'REJECTED'), ('ASSIGNED', 'ACCEPTED'),
                                          ('ASSIGNED', 'REJECTED'), ('ASSIGNED', 'PROPOSED')) then
    raise exception 'an assignment that is % can not become %', old.status, new.status using errcode = 'CG003', column = 'status';
  elsif new.status = 'ACCEPTED' and old.status <> 'ACCEPTED' then
    select i.plate <> k.plate into is_other_vehicle
      from public.invoice_lines l
      join public.invoices i on i.org_id = l.org_id and i.id = l.invoice_id
      join public.cases k on k.org_id = l.org_id and k.id = l.case_id
      where l.org_id = new.org_id and l.id = new.line_id;
    if is_other_vehicle then
      raise exception 'the invoice states the plate of another vehicle' using errcode = 'CG004', column = 'plate';
    end if;
  end if;
  return new;
end
$$;
create trigger assignment_moves before insert or update on public.invoice_line_assignments
  for each row execute function private.assignment_moves();
-- A line whose assignment is accepted stands in a report: it is not deleted from under it.
create function private.accepted_lines_stay() returns trigger language plpgsql set search_path = '' as $$
begin
  if exists (select from public.invoice_line_assignments a where a.org_id = old.org_id and a.line_id = old.id and a.status = 'ACCEPTED') then
    raise exception 'a line whose assignment to a damage centre is accepted can not be deleted; send it too' using errcode = 'CG003', column = 'lineNumber';
  end if;
  return old;
end
$$;
create trigger accepted_lines_stay before delete on public.invoice_lines
  for each row execute function private.accepted_lines_stay();

-- Which of these suppliers and numbers the organisation has an invoice of, on whatever case; what the unique index would
-- say, without failing all that is written beside it. Places count from 0.
create function private.invoices_taken(org uuid, suppliers text[], numbers text[]) returns setof int
language sql stable security definer set search_path = '' as $$
  select (k.place - 1)::int
  from rows from (unnest(suppliers), unnest(numbers)) with ordinality as k (supplier, number, place)
  where (org in (select private.orgs_holding('case.write')) or private.claims() ->> 'role' = 'service_role')
    and exists (select from public.invoices i where i.org_id = org and i.invoice_number = k.number
                and coalesce(i.supplier_tax_id, lower(i.supplier_name)) = k.supplier)
$$;

select private.attach_to_case('public.invoices', 'case.write'), private.attach_to_case('public.invoice_lines', 'case.write'),
       private.attach_to_case('public.invoice_line_assignments', 'case.write');
select private.open_to_clients('public.invoices', '{org_id,case_id}',
         '{invoice_number,invoice_type,supplier_name,supplier_tax_id,issue_date,due_date,status,total_before_tax,tax_amount,total_amount,plate,ocr,metadata}'),
       private.open_to_clients('public.invoice_lines', '{org_id,case_id,invoice_id}',
         '{line_number,description,item_category,part_id,quantity,unit_price,discount_percent,line_total,metadata}', deletable => true),
       private.open_to_clients('public.invoice_line_assignments', '{org_id,case_id,line_id,damage_center_code}', '{status,method,confidence,note}');

select private.seal_functions();
grant execute on function private.invoices_taken(uuid, text[], text[]) to authenticated, service_role;
