drop trigger access_moved on public.api_keys;
drop trigger access_moved on public.user_orgs;
drop trigger access_changed on public.role_permissions;
drop function feed.access_changed();
alter table feed.meta drop column access_revision;
drop function feed.forget_oldest(uuid, int, bigint, int);
