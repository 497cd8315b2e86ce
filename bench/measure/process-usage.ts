import { readFileSync } from 'node:fs';

/** Linux counts in ticks of 10 ms, whatever the kernel's own clock. */
const TICK_US = 10_000;
const PAGE_BYTES = 4_096;

/** Processor time of a process since it began, user and system; null where there is no /proc. */
export function cpuUsOf(pid: number): number | null {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The program's name stands in parentheses and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** Resident memory in MB; null where there is no /proc. */
export function rssMbOf(pid: number): number | null {
  const statm = read(`/proc/${pid}/statm`);
  return statm === null ? null : (Number(statm.split(' ')[1]) * PAGE_BYTES) / 1e6;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
