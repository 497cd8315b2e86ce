-- The office's knowledge: notes and documents with tags, found by their words.

create table public.kb_docs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  title text not null check (length(title) between 1 and 500),
  source text check (length(source) <= 1000),
  lang text not null default 'he' check (lang ~ '^[a-z]{2,3}$'),
  tags text[] not null default '{}' check (cardinality(tags) <= 50),
  body text not null check (length(body) <= 500000),
  created_by text not null,
  updated_by text not null,
  created_at timestamptz(6) not null default now(),
  updated_at timestamptz(6) not null default now(),
  unique (org_id, id)
);
create index kb_docs_by_created on public.kb_docs (org_id, created_at, id);

insert into public.role_permissions (role, permission, reach)
select role, 'kb.read', 'ORG' from unnest(array['developer', 'admin', 'assessor', 'assistant']) role
union all select role, 'kb.write', 'ORG' from unnest(array['developer', 'admin', 'assessor']) role;

select private.attach_to_org('public.kb_docs', 'kb.read', 'kb.write');
select private.open_to_clients('public.kb_docs', '{org_id}', '{title,source,lang,tags,body}', false);

select private.seal_functions();
