-- What the peers need in the database to give casegraph's guarantees of a save and of a bulk write. Under row level
-- security of the caller, like all the rest: security invoker.

create schema bench;
grant usage on schema bench to authenticated;

-- What a save changed, as pointers: the history of a case names them. Equal parts are not looked into.
create function bench.changed_paths(before jsonb, after jsonb, prefix text default '') returns setof text
language plpgsql immutable set search_path = '' as $$
declare
  key text;
  place text;
  a jsonb;
  b jsonb;
begin
  for key in select jsonb_object_keys(before || after) loop
    a := before -> key;
    b := after -> key;
    if a is distinct from b then
      place := prefix || '/' || replace(replace(key, '~', '~0'), '/', '~1');
      if jsonb_typeof(a) = 'object' and jsonb_typeof(b) = 'object' then
        return query select p from bench.changed_paths(a, b, place) p;
      elsif jsonb_typeof(a) = 'array' and jsonb_typeof(b) = 'array' then
        return query select p from bench.changed_paths(bench.members(a), bench.members(b), place) p;
      else
        return next place;
      end if;
    end if;
  end loop;
end
$$;

-- The members of a list under their indexes.
create function bench.members(list jsonb) returns jsonb language sql immutable set search_path = '' as $$
  select coalesce(jsonb_object_agg(n - 1, value), '{}') from jsonb_array_elements(list) with ordinality m (value, n)
$$;

-- A save of the whole helper: of saves made from one version the first wins, the same key writes once, equal content makes
-- no version, and a helper that states another plate is refused. Number, author, time, hash and feed come from the triggers.
create function bench.save_helper(
  case_id uuid, expected_version int, helper jsonb, idempotency_key text,
  out outcome text, out version int, out replayed boolean
) language plpgsql volatile set search_path = '' as $$
declare
  k record;
  kept record;
  who text := private.actor();
  print bytea := sha256(convert_to(jsonb_build_array(case_id, expected_version, helper)::text, 'UTF8'));
  current record;
begin
  select c.org_id, c.plate into k from public.cases c where c.id = save_helper.case_id;
  if not found then raise exception 'NOT_FOUND'; end if;
  if regexp_replace(helper #>> '{meta,plate}', '\D', '', 'g') <> k.plate then raise exception 'PLATE_MISMATCH'; end if;
  insert into gateway.idempotency as i (org_id, principal, operation, key, fingerprint)
    values (k.org_id, who, 'save_helper', idempotency_key, print) on conflict do nothing;
  if not found then
    select i.fingerprint, i.result into kept from gateway.idempotency i
      where i.org_id = k.org_id and i.principal = who and i.operation = 'save_helper' and i.key = idempotency_key;
    if kept.fingerprint <> print then raise exception 'IDEMPOTENCY_KEY_REUSED'; end if;
    outcome := kept.result ->> 'outcome';
    version := (kept.result ->> 'version')::int;
    replayed := true;
    return;
  end if;
  select c.version into version from public.cases c where c.id = save_helper.case_id for update;
  if version is distinct from expected_version then raise exception 'VERSION_CONFLICT'; end if;
  select h.content_hash, h.helper_json into current from public.case_helper h where h.case_id = save_helper.case_id and h.is_current;
  outcome := 'UNCHANGED';
  if current.content_hash is distinct from encode(sha256(convert_to(helper::text, 'UTF8')), 'hex') then
    outcome := case version when 0 then 'CREATED' else 'UPDATED' end;
    insert into public.case_helper as h (case_id, helper_json, trigger, changed_paths, source, base_version, on_conflict)
      values (save_helper.case_id, helper, 'SAVE',
        array(select p from bench.changed_paths(coalesce(current.helper_json, '{}'), helper) p limit 200), 'UI', expected_version, 'REJECT') returning h.version into version;
  end if;
  update gateway.idempotency i set result = jsonb_build_object('outcome', outcome, 'version', version)
    where i.org_id = k.org_id and i.principal = who and i.operation = 'save_helper' and i.key = idempotency_key;
  replayed := false;
end
$$;

-- Lines of one invoice in one statement: those of a known number are updated, the others made.
create function bench.save_lines(invoice_id uuid, lines jsonb, out updated int, out created int)
language plpgsql volatile set search_path = '' as $$
declare
  i record;
begin
  select v.org_id, v.case_id, v.id into i from public.invoices v where v.id = save_lines.invoice_id for update;
  if not found then raise exception 'NOT_FOUND'; end if;
  with input as materialized (
    select * from jsonb_to_recordset(lines) as l ("lineNumber" int, description text, "itemCategory" text, quantity numeric,
      "unitPrice" numeric, "lineTotal" numeric)),
  changed as (
    update public.invoice_lines t set description = l.description, item_category = l."itemCategory", quantity = l.quantity,
      unit_price = l."unitPrice", line_total = l."lineTotal", source = 'UI'
    from input l where t.org_id = i.org_id and t.invoice_id = i.id and t.line_number = l."lineNumber"
    returning t.line_number),
  made as (
    insert into public.invoice_lines (org_id, case_id, invoice_id, line_number, description, item_category, quantity,
      unit_price, line_total, source)
    select i.org_id, i.case_id, i.id, l."lineNumber", l.description, l."itemCategory", l.quantity, l."unitPrice",
      l."lineTotal", 'UI'
    from input l where not exists (select from public.invoice_lines t
      where t.org_id = i.org_id and t.invoice_id = i.id and t.line_number = l."lineNumber")
    returning line_number)
  select (select count(*) from changed), (select count(*) from made) into updated, created;
end
$$;

grant execute on all functions in schema bench to authenticated;
