-- The log is kept for a while, not for ever: its oldest entries are forgotten. What is kept is min_seq..seq without a
-- hole, for every snapshot, so a reader who comes from before min_seq is told that it missed something.

-- Forgets at most `at_most` of an organisation's oldest entries: those older than `keep_days` days, and those beyond the
-- newest `keep_rows`. Stops at the first that is neither. Answers how many; 0 as well while another call forgets the same.
create function feed.forget_oldest(org uuid, keep_days int, keep_rows bigint, at_most int) returns int
language plpgsql security definer set search_path = '' as $$
declare
  head feed.org_feed;
  first_kept bigint;
  forgotten int;
begin
  select f.* into head from feed.org_feed f where f.org_id = org;
  select coalesce(
      min(oldest.org_seq) filter (where oldest.at >= now() - make_interval(days => keep_days) and oldest.org_seq > head.seq - keep_rows),
      max(oldest.org_seq) + 1)
    into first_kept
    from (select l.org_seq, l.at from feed.change_log l where l.org_id = org and l.org_seq >= head.min_seq
          order by l.org_seq limit at_most) oldest;
  delete from feed.change_log l where l.org_id = org and l.org_seq >= head.min_seq and l.org_seq < first_kept;
  get diagnostics forgotten = row_count;
  -- Last, because commits of the organisation wait for this row until the transaction ends.
  update feed.org_feed f set min_seq = first_kept where f.org_id = org and f.min_seq < first_kept;
  return forgotten;
end
$$;

-- Counts changes of what roles may do. Such a change concerns the subscribers of every organisation, and no log tells it.
alter table feed.meta add column access_revision bigint not null default 0;

create function feed.access_changed() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update feed.meta set access_revision = access_revision + 1;
  perform pg_notify('feed', 'access');
  return null;
end
$$;
create trigger access_changed after insert or update or delete or truncate on public.role_permissions
  for each statement execute function feed.access_changed();
-- Who is moved to another organisation is told of in that one's log, and not in the one he leaves.
create trigger access_moved after update of org_id on public.user_orgs
  for each statement execute function feed.access_changed();
create trigger access_moved after update of org_id on public.api_keys
  for each statement execute function feed.access_changed();

select private.seal_functions();
grant execute on function feed.forget_oldest(uuid, int, bigint, int) to service_role;
