-- One log of every change: the audit trail, the subscription source and the poll query, in one order with one cursor.
--
-- Numbers are given at COMMIT: statement triggers stage what changed in feed.pending, and a deferred constraint
-- trigger on that table moves it into feed.change_log under the organisation's next number. A number taken earlier
-- would become visible out of order, and readers would skip it for ever. The counter row is locked only inside COMMIT.

create table feed.meta (
  -- One row. The epoch is replaced after a database restore, which makes every older cursor resync.
  singleton boolean primary key default true check (singleton),
  epoch uuid not null default gen_random_uuid()
);
insert into feed.meta default values;

create table feed.org_feed (
  org_id uuid primary key,
  seq bigint not null default 0,
  min_seq bigint not null default 1
) with (fillfactor = 20);

create table feed.pending (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  case_id uuid,
  case_version int,
  kind text not null check (kind in ('CREATED', 'UPDATED', 'DELETED')),
  entity text not null,
  entity_id uuid,
  entity_ids uuid[] not null,
  actor text not null,
  request_id text
);

create table feed.change_log (
  org_id uuid not null,
  org_seq bigint not null,
  case_id uuid,
  case_version int,
  kind text not null check (kind in ('CREATED', 'UPDATED', 'DELETED')),
  entity text not null,
  entity_id uuid,
  entity_ids uuid[] not null,
  actor text not null,
  request_id text,
  at timestamptz(3) not null default clock_timestamp(),
  primary key (org_id, org_seq)
);
create unique index change_log_case_version on feed.change_log (case_id, case_version) where entity = 'case_helper';
create index change_log_case on feed.change_log (org_id, case_id, org_seq);

create function feed.number_pending() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  next_seq bigint;
begin
  insert into feed.org_feed as f (org_id, seq) values (new.org_id, 1)
    on conflict (org_id) do update set seq = f.seq + 1
    returning f.seq into next_seq;
  insert into feed.change_log
    (org_id, org_seq, case_id, case_version, kind, entity, entity_id, entity_ids, actor, request_id)
    values (new.org_id, next_seq, new.case_id, new.case_version, new.kind, new.entity, new.entity_id, new.entity_ids,
            new.actor, new.request_id);
  delete from feed.pending where id = new.id;
  -- Only a wake-up: who misses it finds the row by polling. Equal notices of one transaction are folded by Postgres.
  perform pg_notify('feed', new.org_id::text);
  return null;
end
$$;

create constraint trigger number_pending after insert on feed.pending
  deferrable initially deferred for each row execute function feed.number_pending();

-- Stages one entry per statement, organisation and case. Arguments: the case column ('' when there is none), the
-- organisation column, the version column ('' when there is none), and the columns whose change alone is no news.
create function feed.stage() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  case_column text := case when tg_argv[0] = '' then 'null::uuid' else format('r.%I', tg_argv[0]) end;
  org_column text := format('r.%I', tg_argv[1]);
  version_column text := case when tg_argv[2] = '' then 'null::int' else format('r.%I', tg_argv[2]) end;
  quiet text[] := string_to_array(tg_argv[3], ',');
  changed text := case tg_op
    when 'INSERT' then 'select n.* from new_rows n'
    when 'DELETE' then 'select o.* from old_rows o'
    else 'select n.* from new_rows n join old_rows o on o.id = n.id where to_jsonb(n) - $4 is distinct from to_jsonb(o) - $4'
  end;
begin
  execute format($sql$
    insert into feed.pending (org_id, case_id, case_version, kind, entity, entity_id, entity_ids, actor, request_id)
    select s.org_id, s.case_id, s.case_version, $1, $2, case when s.total = 1 then s.ids[1] end, s.ids[1:100], $3, private.request_id()
    from (
      select %1$s as org_id, %2$s as case_id, %3$s as case_version, count(*) as total, array_agg(r.id) as ids
      from (%4$s) r group by 1, 2, 3 order by 1, 2, 3
    ) s
  $sql$, org_column, case_column, version_column, changed)
  using case tg_op when 'INSERT' then 'CREATED' when 'UPDATE' then 'UPDATED' else 'DELETED' end,
        tg_table_name::text, private.actor(), quiet;
  return null;
end
$$;

-- Makes every change of a table heard. `events` names which of INSERT, UPDATE and DELETE are news.
create function private.attach_feed(
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

-- RLS on and forced, nobody's default grants, and the two policies every table has: the definer functions' owner,
-- and service_role where the host gave it no BYPASSRLS.
create function private.protect(target regclass) returns void language plpgsql set search_path = '' as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('revoke all on %s from public, anon, authenticated, service_role', target);
  execute format('grant select, insert, update, delete on %s to casegraph_owner', target);
  execute format('create policy owner_all on %s to casegraph_owner using (true) with check (true)', target);
  execute format('create policy service_all on %s to service_role using (true) with check (true)', target);
end
$$;

select private.protect('feed.meta'), private.protect('feed.org_feed'), private.protect('feed.pending'),
       private.protect('feed.change_log');
grant select on feed.meta, feed.org_feed, feed.change_log to authenticated, service_role;
grant usage on sequence feed.pending_id_seq to casegraph_owner;
create policy meta_select on feed.meta for select to authenticated using (true);

select private.seal_functions();
