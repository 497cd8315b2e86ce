-- Undoes the migration: keys seen so far are forgotten, so a retry of an older call would write again.
drop table gateway.idempotency;
