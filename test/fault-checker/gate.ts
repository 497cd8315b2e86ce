import pg from 'pg';
import { vi } from 'vitest';
import type { TestDatabase } from '../support/database.ts';

const LOCK = 4711;

/**
 * Makes transactions wait in the database while the gate is shut: saves whose document says so once they are staged for the
 * feed, and writes whose key says so once the key is claimed. So two writers meet where they are meant to, every time.
 */
const GATES = `
  create function public.wait_at_gate() returns trigger language plpgsql as $$
  begin
    if tg_argv[0] = 'staged' and exists (select from new_rows n where to_jsonb(n) -> 'helper_json' -> '__test' ? 'waits')
      or tg_argv[0] = 'claimed' and exists (select from new_rows n where to_jsonb(n) ->> 'key' like 'waits-%')
    then
      -- However busy the machine, it is the keeper who decides.
      perform set_config('lock_timeout', '0', true);
      perform pg_advisory_xact_lock_shared(${LOCK});
    end if;
    return null;
  end
  $$;
  create trigger zzz_gate after insert on public.case_helper referencing new table as new_rows
    for each statement execute function public.wait_at_gate('staged');
  create trigger zzz_gate after insert on gateway.idempotency referencing new table as new_rows
    for each statement execute function public.wait_at_gate('claimed');`;

export interface Gate {
  /** Runs `meanwhile` while `write` waits at the shut gate, then lets it through. */
  whileWaiting<T>(write: () => Promise<T>, meanwhile: () => Promise<void>): Promise<T>;
}

export async function buildGate(db: TestDatabase): Promise<Gate> {
  await db.query(GATES);
  return {
    async whileWaiting(write, meanwhile) {
      const keeper = new pg.Client({ connectionString: db.adminUrl });
      await keeper.connect();
      try {
        await keeper.query('select pg_advisory_lock($1)', [LOCK]);
        const written = write();
        // Should what happens meanwhile fail, it is that which is told.
        written.catch(() => undefined);
        await vi.waitFor(() => assertSomebodyWaits(db), { timeout: 4_000, interval: 10 });
        await meanwhile();
        await keeper.query('select pg_advisory_unlock($1)', [LOCK]);
        return await written;
      } finally {
        await keeper.end();
      }
    },
  };
}

async function assertSomebodyWaits(db: TestDatabase): Promise<void> {
  const waiting = await db.query(
    `select from pg_locks where locktype = 'advisory' and not granted
     and database = (select oid from pg_database where datname = current_database())`,
  );
  if (waiting.length === 0) throw new Error('nobody waits at the gate');
}
