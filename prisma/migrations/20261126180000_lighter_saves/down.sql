-- Undoes this migration: one function stages the changes of all tables.

-- Stages one entry per statement, organisation and case. Arguments: the case column ('' when there is none), the
-- organisation column, the version column ('' when there is none), and the columns whose change alone is no news.
-- Its cost grows with the rows of the statement, however many cases they belong to.
create function feed.stage() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  case_column text := case when tg_argv[0] = '' then 'null::uuid' else format('r.%I', tg_argv[0]) end;
  org_column text := format('r.%I', tg_argv[1]);
  version_column text := case when tg_argv[2] = '' then 'null::int' else format('r.%I', tg_argv[2]) end;
  touched text;
  changed text := case tg_op when 'INSERT' then 'new_rows r' when 'DELETE' then 'old_rows r'
    else 'new_rows r join old_rows o on o.id = r.id' end;
begin
  if tg_op = 'UPDATE' then
    select string_agg(format('case when r.%1$I is distinct from o.%1$I then %1$L end', a.attname), ', ') into touched
    from pg_catalog.pg_attribute a
    where a.attrelid = tg_relid and a.attnum > 0 and not a.attisdropped
      and a.attname <> all (string_to_array(tg_argv[3], ','));
  end if;
  execute format($sql$
    insert into feed.pending (org_id, case_id, case_version, kind, entity, entity_id, entity_ids, actor, request_id, changed_columns)
    select s.org_id, s.case_id, s.case_version, $1, $2, case when s.total = 1 then s.ids[1] end, s.ids[1:100], $3, private.request_id(),
      array(select distinct t.column_name from unnest(string_to_array(s.touched, ',')) t (column_name) order by 1)
    from (
      select r.org_id, r.case_id, r.case_version, count(*) as total, array_agg(r.id) as ids, string_agg(nullif(r.touched, ''), ',') as touched
      from (select %1$s as org_id, %2$s as case_id, %3$s as case_version, r.id, concat_ws(',', %5$s) as touched from %4$s) r
      where $1 <> 'UPDATED' or r.touched <> ''
      group by 1, 2, 3 order by 1, 2, 3
    ) s
  $sql$, org_column, case_column, version_column, changed, coalesce(touched, 'null'))
  using case tg_op when 'INSERT' then 'CREATED' when 'UPDATE' then 'UPDATED' else 'DELETED' end,
        tg_table_name::text, private.actor();
  return null;
end
$$;

create or replace function private.attach_feed(
  target regclass, case_column text, org_column text default 'org_id', version_column text default '',
  quiet_columns text default 'updated_at,updated_by', events text[] default array['INSERT', 'UPDATE', 'DELETE']
) returns void language plpgsql set search_path = '' as $$
declare
  event text;
begin
  foreach event in array events loop
    execute format(
      'create trigger zz_feed_%s after %s on %s referencing %s for each statement execute function feed.stage(%L, %L, %L, %L)',
      lower(event), event, target,
      case event when 'INSERT' then 'new table as new_rows' when 'DELETE' then 'old table as old_rows'
        else 'old table as old_rows new table as new_rows' end,
      case_column, org_column, version_column, quiet_columns);
  end loop;
end
$$;

do $$
declare
  now record;
begin
  for now in
    select t.tgrelid::regclass as target, t.tgfoid::regproc as stage, t.tgname as name, upper(substr(t.tgname, length('zz_feed_') + 1)) as event,
      string_to_array(encode(t.tgargs, 'escape'), '\000') as args
    from pg_catalog.pg_trigger t where t.tgname like 'zz\_feed\_%'
  loop
    execute format('drop trigger %I on %s', now.name, now.target);
    execute format('drop function %s()', now.stage);
    perform private.attach_feed(now.target, now.args[1], now.args[2], now.args[3], now.args[4], array[now.event]);
  end loop;
end
$$;
drop function feed.attach_again(regclass);
drop function feed.attach(regclass, text, text, text, text, text);
drop function feed.staging(regclass, text, text, text, text, text);

drop index public.case_helper_current;
create unique index case_helper_current on public.case_helper (case_id) where is_current;

alter table public.case_helper drop constraint case_helper_helper_json_check,
  add constraint case_helper_helper_json_check check (jsonb_typeof(helper_json) = 'object');

do $$
declare
  pointer_index regclass;
begin
  for pointer_index in
    select i.indexrelid from pg_catalog.pg_index i where i.indrelid = 'public.case_helper'::regclass and i.indexprs is not null
  loop
    execute format('alter index %s alter column 2 set statistics -1', pointer_index);
  end loop;
end
$$;

create index case_helper_current_json on public.case_helper using gin (helper_json jsonb_path_ops) where is_current;

select private.seal_functions();
