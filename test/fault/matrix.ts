import type { Row } from './row.ts';
import { F01 } from './rows/f01-soak.ts';
import { F02 } from './rows/f02-burst.ts';
import { F03 } from './rows/f03-kill-server.ts';
import { F04 } from './rows/f04-rolling-restart.ts';
import { F05 } from './rows/f05-postgres-immediate.ts';
import { F06 } from './rows/f06-postgres-kill.ts';
import { F07 } from './rows/f07-cut-on-commit.ts';
import { F08 } from './rows/f08-reset-database.ts';
import { F09 } from './rows/f09-listen-black-hole.ts';
import { F10 } from './rows/f10-terminate-listener.ts';
import { F11 } from './rows/f11-no-notifications.ts';
import { F12 } from './rows/f12-notify-storm.ts';
import { F13 } from './rows/f13-latency.ts';
import { F14 } from './rows/f14-long-transaction.ts';
import { F15 } from './rows/f15-one-case.ts';
import { F16 } from './rows/f16-deadlocks.ts';
import { F17 } from './rows/f17-pool-exhausted.ts';
import { F19 } from './rows/f19-slow-readers.ts';
import { F20 } from './rows/f20-reset-clients.ts';
import { F21 } from './rows/f21-expiry-and-revocation.ts';
import { F25 } from './rows/f25-clock-skew.ts';
import { F26 } from './rows/f26-restored-database.ts';
import { F27 } from './rows/f27-retention.ts';
import { F28 } from './rows/f28-event-loop-stall.ts';
import { F29 } from './rows/f29-crash-loops.ts';
import { F30 } from './rows/f30-migrations.ts';
import { L01 } from './rows/l01-one-case.ts';

/** Every row there is, in the order they run. A new one is a file in rows/ and a line here. */
export const MATRIX: readonly Row[] = [
  F01,
  F02,
  F03,
  F04,
  F05,
  F06,
  F07,
  F08,
  F09,
  F10,
  F11,
  F12,
  F13,
  F14,
  F15,
  F16,
  F17,
  F19,
  F20,
  F21,
  F25,
  F26,
  F27,
  F28,
  F29,
  F30,
];

/** Runs that are no fault and long: only when named. */
export const APART: readonly Row[] = [L01];
