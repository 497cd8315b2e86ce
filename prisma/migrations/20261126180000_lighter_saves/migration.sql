-- What every write paid for and nobody asked.

-- No statement can use an index on whole documents: containment is not leakproof, so it is asked of rows that the policy
-- has passed. Values are found by the indexes on their pointers.
drop index public.case_helper_current_json;

-- ANALYZE worked out each of the indexed values of each document of its sample, each time from the compressed document:
-- twenty seconds for 5,000 helpers of 45 KB, after every few hundred saves. Which index to use follows from the pointer.
do $$
declare
  pointer_index regclass;
begin
  for pointer_index in
    select i.indexrelid from pg_catalog.pg_index i where i.indrelid = 'public.case_helper'::regclass and i.indexprs is not null
  loop
    execute format('alter index %s alter column 2 set statistics 0', pointer_index);
  end loop;
end
$$;

-- The current version was looked for among all versions of its case, for which an index by organisation and case did as well.
-- A case belongs to one organisation, so that this is as unique as it was.
drop index public.case_helper_current;
create unique index case_helper_current on public.case_helper (case_id, org_id) where is_current;

-- Asked again of the whole document when the mark of the version before is taken away.
alter table public.case_helper drop constraint case_helper_helper_json_check,
  add constraint case_helper_helper_json_check check (not is_current or jsonb_typeof(helper_json) = 'object') not valid;

-- The statement that stages what one statement did to a table: one entry per organisation and case, at a cost of its rows.
-- Columns named quiet are no news where nothing else changes; '' stands for a case or a version column that is not there.
create function feed.staging(
  target regclass, event text, case_column text, org_column text, version_column text, quiet_columns text
) returns text language plpgsql stable set search_path = '' as $$
declare
  columns text := concat_ws(', ',
    case case_column when '' then 'null::uuid' else format('r.%I', case_column) end || ' as case_id',
    format('r.%I as org_id', org_column),
    case version_column when '' then 'null::int' else format('r.%I', version_column) end || ' as case_version',
    'r.id');
  kind text := case event when 'INSERT' then 'CREATED' when 'UPDATE' then 'UPDATED' else 'DELETED' end;
  entity name := (select c.relname from pg_catalog.pg_class c where c.oid = target);
  changed text := case event when 'INSERT' then 'new_rows r' when 'DELETE' then 'old_rows r'
    else 'new_rows r join old_rows o on o.id = r.id' end;
  touched text := 'null::text';
begin
  if event = 'UPDATE' then
    select format('concat_ws('','', %s)',
      string_agg(format('case when r.%1$I is distinct from o.%1$I then %1$L end', a.attname), ', ' order by a.attnum)) into touched
    from pg_catalog.pg_attribute a
    where a.attrelid = target and a.attnum > 0 and not a.attisdropped and a.attname <> all (string_to_array(quiet_columns, ','));
  end if;
  return format($sql$
    insert into feed.pending (org_id, case_id, case_version, kind, entity, entity_id, entity_ids, actor, request_id, changed_columns)
    select s.org_id, s.case_id, s.case_version, %L, %L, case when s.total = 1 then s.ids[1] end, s.ids[1:100], private.actor(),
      private.request_id(), array(select distinct t.column_name from unnest(string_to_array(s.touched, ',')) t (column_name) order by 1)
    from (
      select r.org_id, r.case_id, r.case_version, count(*) as total, array_agg(r.id) as ids, string_agg(r.touched, ',') as touched
      from (select %s, %s as touched from %s) r
      where r.touched is distinct from '' group by 1, 2, 3 order by 1, 2, 3
    ) s
  $sql$, kind, entity, columns, touched, changed);
end
$$;

-- Makes one kind of change of a table heard, by a function of its own, whose plan is kept: put together with each write,
-- the statement took longer to plan than to run. A column that came to the table later is heard of nevertheless.
create function feed.attach(
  target regclass, event text, case_column text, org_column text, version_column text, quiet_columns text
) returns void language plpgsql set search_path = '' as $body$
declare
  columns int2;
  stage text;
begin
  select c.relnatts, format('feed.%I', 'stage_' || c.relname || '_' || lower(event)) into columns, stage
  from pg_catalog.pg_class c where c.oid = target;
  -- A plan that is kept was made for the rows of its first statement, and a loop within a loop would do for one.
  execute format($sql$
    create or replace function %s() returns trigger language plpgsql security definer set search_path = '' set enable_nestloop = off as $stage$
    begin
      if (select c.relnatts from pg_catalog.pg_class c where c.oid = tg_relid) = %s then
        %s;
      else
        execute feed.staging(tg_relid, tg_op, tg_argv[0], tg_argv[1], tg_argv[2], tg_argv[3]);
      end if;
      return null;
    end
    $stage$ $sql$, stage, columns, feed.staging(target, event, case_column, org_column, version_column, quiet_columns));
  execute format('create or replace trigger zz_feed_%s after %s on %s referencing %s for each statement execute function %s(%L, %L, %L, %L)',
    lower(event), event, target,
    case event when 'INSERT' then 'new table as new_rows' when 'DELETE' then 'old table as old_rows'
      else 'old table as old_rows new table as new_rows' end,
    stage, case_column, org_column, version_column, quiet_columns);
end
$body$;

create or replace function private.attach_feed(
  target regclass, case_column text, org_column text default 'org_id', version_column text default '',
  quiet_columns text default 'updated_at,updated_by', events text[] default array['INSERT', 'UPDATE', 'DELETE']
) returns void language plpgsql set search_path = '' as $$
declare
  event text;
begin
  foreach event in array events loop
    perform feed.attach(target, event, case_column, org_column, version_column, quiet_columns);
  end loop;
end
$$;

-- To be called by whoever adds, drops or renames a column of a table that is heard: what it stages names the columns.
create function feed.attach_again(target regclass) returns void language plpgsql set search_path = '' as $$
declare
  attached record;
begin
  for attached in
    select upper(substr(t.tgname, length('zz_feed_') + 1)) as event, string_to_array(encode(t.tgargs, 'escape'), '\000') as args
    from pg_catalog.pg_trigger t where t.tgrelid = target and t.tgname like 'zz\_feed\_%'
  loop
    perform feed.attach(target, attached.event, attached.args[1], attached.args[2], attached.args[3], attached.args[4]);
  end loop;
end
$$;
select feed.attach_again(heard.target)
from (select distinct t.tgrelid::regclass as target from pg_catalog.pg_trigger t where t.tgfoid = 'feed.stage'::regproc) heard;
drop function feed.stage();

select private.seal_functions();
