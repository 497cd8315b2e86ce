-- Retries: a row in the transaction of the write it stands for, so that either both are there or neither is.

create table gateway.idempotency (
  org_id uuid not null,
  principal text not null,
  operation text not null,
  key text not null check (length(key) between 8 and 255),
  -- SHA-256 over the operation's coerced arguments without the key.
  fingerprint bytea not null check (length(fingerprint) = 32),
  -- The outcome as data, not as rendered JSON: a replay selects afresh, under the caller's rights of that moment.
  result jsonb,
  request_id text,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null default now() + interval '30 days',
  primary key (org_id, principal, operation, key)
);
create index idempotency_expiry on gateway.idempotency (expires_at);

select private.protect('gateway.idempotency');
-- A program's key may be good for cases alone; its retries are to be safe all the same.
create policy idempotency_own on gateway.idempotency to authenticated
  using (
    principal = (select private.actor())
    and org_id = any (array(select private.orgs_holding('org.read') union select private.orgs_holding('case.read'))))
  with check (
    principal = (select private.actor())
    and org_id = any (array(select private.orgs_holding('org.read') union select private.orgs_holding('case.read'))));
grant select, insert (org_id, principal, operation, key, fingerprint, request_id), update (result), delete
  on gateway.idempotency to authenticated, service_role;

select private.seal_functions();
