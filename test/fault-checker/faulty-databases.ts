/** Numbers taken from a sequence when a change is staged: one that commits late appears behind those who have read past it. */
export const NUMBERS_WHEN_STAGED = `
  create function feed.number_at_once() returns trigger language plpgsql security definer set search_path = '' as $$
  declare
    numbers text := 'seq_' || new.org_id;
  begin
    execute format('create sequence if not exists feed.%I', numbers);
    insert into feed.change_log select r.* from jsonb_populate_record(null::feed.change_log, to_jsonb(new)
      || jsonb_build_object('at', clock_timestamp(), 'org_seq', nextval(format('feed.%I', numbers)::regclass))) r;
    return null;
  end
  $$;
  create trigger number_at_once after insert on feed.pending for each row execute function feed.number_at_once();
  create or replace function feed.number_pending() returns trigger language plpgsql security definer set search_path = '' as $$
  declare
    newest bigint := (select max(org_seq) from feed.change_log where org_id = new.org_id);
  begin
    insert into feed.org_feed as f (org_id, seq) values (new.org_id, newest)
      on conflict (org_id) do update set seq = greatest(f.seq, newest);
    delete from feed.pending where id = new.id;
    perform pg_notify('feed', new.org_id::text);
    return null;
  end
  $$;
  alter function feed.number_pending() owner to current_user;`;

/** Each entry keeps the transaction it was written in, to be read in that order. */
export const KEEPS_TRANSACTION =
  'alter table feed.change_log add column xid xid8 not null default pg_current_xact_id()';

/** What happened goes out as the notification itself. */
export const TELLS_BY_NOTIFY = `
  create function feed.tell() returns trigger language plpgsql as $$
  begin
    perform pg_notify('news', json_build_object('orgId', new.org_id, 'seq', new.org_seq, 'caseId', new.case_id,
      'entity', new.entity, 'kind', new.kind, 'version', new.case_version)::text);
    return null;
  end
  $$;
  create trigger tell after insert on feed.change_log for each row execute function feed.tell();`;

/** Idempotency keys are forgotten with the transaction that claims them. */
export const KEEPS_NO_KEYS = `
  create function gateway.forget() returns trigger language plpgsql security definer as $$
  begin
    delete from gateway.idempotency i
    where (i.org_id, i.principal, i.operation, i.key) = (new.org_id, new.principal, new.operation, new.key);
    return null;
  end
  $$;
  create constraint trigger forget after insert on gateway.idempotency
    deferrable initially deferred for each row execute function gateway.forget();`;

/** A restore takes away what came after the version it brings back. */
export const RESTORE_REWINDS = `
  drop trigger case_helper_is_immutable on public.case_helper;
  drop index feed.change_log_case_version;
  create function public.rewind() returns trigger language plpgsql security definer as $$
  begin
    if new.restored_from is not null then
      delete from public.case_helper where case_id = new.case_id and version > new.restored_from;
      update public.cases set version = new.restored_from where id = new.case_id;
    end if;
    return new;
  end
  $$;
  create trigger a_rewind before insert on public.case_helper for each row execute function public.rewind();`;

/** Policies that let everybody read everything. */
export const READS_EVERYTHING = `
  alter policy cases_select on public.cases using (true);
  alter policy case_select on public.case_helper using (true);
  alter policy change_log_select on feed.change_log using (true);
  alter policy org_feed_select on feed.org_feed using (true);`;

/** And that let everybody write it. */
export const WRITES_EVERYTHING = `
  ${READS_EVERYTHING}
  alter policy cases_update on public.cases using (true) with check (true);
  alter policy case_insert on public.case_helper with check (true);
  create or replace function private.may(permission text, case_org uuid, case_id uuid, created_by text, assigned_to uuid)
    returns boolean language sql stable set search_path = '' as 'select true';`;

/** Retention: the log is cut off before its newest entry, and says so. */
export const TRIM = `
  delete from feed.change_log where org_id = $1 and org_seq < (select seq from feed.org_feed where org_id = $1)`;
export const RAISE_OLDEST = 'update feed.org_feed set min_seq = seq where org_id = $1';
