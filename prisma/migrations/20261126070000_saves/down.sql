drop trigger case_helper_mark_moves_on on public.case_helper;
drop trigger case_helper_is_immutable on public.case_helper;
drop function private.guard_versions();
create or replace function private.case_helper_is_immutable() returns trigger language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - 'is_current' = to_jsonb(old) - 'is_current' and old.is_current and not new.is_current
     and pg_trigger_depth() > 1 then
    return new;
  end if;
  raise exception 'a saved version is immutable; save a new one' using errcode = 'CG002';
end
$$;
create trigger case_helper_is_immutable before update or delete on public.case_helper
  for each row execute function private.case_helper_is_immutable();
revoke insert (result) on gateway.idempotency from authenticated, service_role;
