-- What every satellite table stands on: who wrote a row and when, what clients may write of it, and a log that also
-- says which columns a change touched.

-- Author and time of a row, whoever writes. Microseconds, so that rows of one statement keep the order they came in.
create function private.stamp_row() returns trigger language plpgsql set search_path = '' as $$
begin
  new.updated_at := clock_timestamp();
  new.updated_by := private.actor();
  new.created_at := case tg_op when 'INSERT' then new.updated_at else old.created_at end;
  new.created_by := case tg_op when 'INSERT' then new.updated_by else old.created_by end;
  return new;
end
$$;

-- Clients name a row's place when they insert it and write its content ever after. Nobody chooses an id: who could
-- would learn from the primary key which ids other organisations have.
create function private.open_to_clients(target regclass, place text[], content text[], with_source boolean default true,
  deletable boolean default false) returns void
language plpgsql set search_path = '' as $$
begin
  if with_source then
    -- Where the last write came from, as the writer says it.
    execute format('alter table %s add column source text not null default ''SYSTEM'' check (source in (''UI'', ''MAKE'', ''API'', ''SYSTEM''))', target);
    content := content || case when cardinality(content) > 0 then '{source}'::text[] else '{}' end;
    place := place || case when cardinality(content) > 0 then '{}'::text[] else '{source}' end;
  end if;
  execute format('create trigger stamp_row before insert or update on %s for each row execute function private.stamp_row()', target);
  execute format('grant select, insert (%2$s) on %1$s to authenticated, service_role', target, array_to_string(place || content, ', '));
  if deletable then
    execute format('grant delete on %s to authenticated, service_role', target);
  else
    -- A policy of a right that nobody has only looks like a rule.
    execute format('drop policy if exists case_delete on %s', target);
    execute format('drop policy if exists org_delete on %s', target);
  end if;
  if cardinality(content) > 0 then
    execute format('grant update (%2$s) on %1$s to authenticated, service_role', target, array_to_string(content, ', '));
  end if;
end
$$;

alter table feed.pending add column changed_columns text[] not null default '{}';
-- Names of columns, never what is in them. Empty for rows that came or went.
alter table feed.change_log add column changed_columns text[] not null default '{}';

create or replace function feed.number_pending() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  next_seq bigint;
begin
  insert into feed.org_feed as f (org_id, seq) values (new.org_id, 1)
    on conflict (org_id) do update set seq = f.seq + 1
    returning f.seq into next_seq;
  insert into feed.change_log
    (org_id, org_seq, case_id, case_version, kind, entity, entity_id, entity_ids, actor, request_id, changed_columns)
    values (new.org_id, next_seq, new.case_id, new.case_version, new.kind, new.entity, new.entity_id, new.entity_ids,
            new.actor, new.request_id, new.changed_columns);
  delete from feed.pending where id = new.id;
  -- Only a wake-up: who misses it finds the row by polling. Equal notices of one transaction are folded by Postgres.
  perform pg_notify('feed', new.org_id::text);
  return null;
end
$$;

-- Stages one entry per statement, organisation and case. Arguments: the case column ('' when there is none), the
-- organisation column, the version column ('' when there is none), and the columns whose change alone is no news.
create or replace function feed.stage() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  case_column text := case when tg_argv[0] = '' then 'null::uuid' else format('r.%I', tg_argv[0]) end;
  org_column text := format('r.%I', tg_argv[1]);
  version_column text := case when tg_argv[2] = '' then 'null::int' else format('r.%I', tg_argv[2]) end;
  quiet text[] := string_to_array(tg_argv[3], ',');
  changed text := case tg_op
    when 'INSERT' then $rows$select n.*, '{}'::text[] as touched from new_rows n$rows$
    when 'DELETE' then $rows$select o.*, '{}'::text[] as touched from old_rows o$rows$
    else $rows$
      select n.*, t.touched from new_rows n join old_rows o on o.id = n.id,
        lateral (select array_agg(e.key) as touched from jsonb_each(to_jsonb(n) - $4) e
                 join jsonb_each(to_jsonb(o)) b on b.key = e.key where e.value is distinct from b.value) t
      where t.touched is not null$rows$
  end;
begin
  execute format($sql$
    with changed as materialized (%4$s)
    insert into feed.pending (org_id, case_id, case_version, kind, entity, entity_id, entity_ids, actor, request_id, changed_columns)
    select s.org_id, s.case_id, s.case_version, $1, $2, case when s.total = 1 then s.ids[1] end, s.ids[1:100], $3, private.request_id(),
      coalesce((select array_agg(distinct t.column_name order by t.column_name) from changed r, unnest(r.touched) t (column_name)
                where %1$s = s.org_id and %2$s is not distinct from s.case_id and %3$s is not distinct from s.case_version), '{}')
    from (
      select %1$s as org_id, %2$s as case_id, %3$s as case_version, count(*) as total, array_agg(r.id) as ids
      from changed r group by 1, 2, 3 order by 1, 2, 3
    ) s
  $sql$, org_column, case_column, version_column, changed)
  using case tg_op when 'INSERT' then 'CREATED' when 'UPDATE' then 'UPDATED' else 'DELETED' end,
        tg_table_name::text, private.actor(), quiet;
  return null;
end
$$;

select private.seal_functions();
