-- What a save costs: its outcome is noted with its key in one statement, and looking after immutability does not
-- read the documents.

grant insert (result) on gateway.idempotency to authenticated, service_role;

-- Fires where a statement names a column, so that the old mark moves on without a comparison of two documents.
drop trigger case_helper_is_immutable on public.case_helper;
create or replace function private.case_helper_is_immutable() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception 'a saved version is immutable; save a new one' using errcode = 'CG002';
end
$$;

-- A version is guarded in every column but its mark. To be called again by whoever adds a column.
create function private.guard_versions() returns void language plpgsql set search_path = '' as $$
begin
  execute (
    select format('create or replace trigger case_helper_is_immutable before delete or update of %s on public.case_helper
      for each row execute function private.case_helper_is_immutable()', string_agg(quote_ident(a.attname), ', ' order by a.attnum))
    from pg_catalog.pg_attribute a
    where a.attrelid = 'public.case_helper'::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> 'is_current');
end
$$;
select private.guard_versions();

-- The mark is taken away once, by the trigger that saves the next version.
create trigger case_helper_mark_moves_on before update of is_current on public.case_helper
  for each row when (pg_trigger_depth() = 0 or not old.is_current or new.is_current)
  execute function private.case_helper_is_immutable();

select private.seal_functions();
