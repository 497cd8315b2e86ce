import { createHash } from 'node:crypto';
import type { Migration } from './folders.ts';

/** All that is asked of a connection; pg's Client and Pool both are one. */
export interface Queries {
  // biome-ignore lint/suspicious/noExplicitAny: rows are whatever the statement selects
  query(sql: string, values?: any[]): Promise<{ rows: any[] }>;
}

/** A row of Prisma's own _prisma_migrations. */
export interface HistoryRow {
  id: string;
  name: string;
  checksum: string;
  startedAt: Date;
  finishedAt: Date | null;
  rolledBackAt: Date | null;
  logs: string | null;
}

/** Oldest first; empty when the table does not exist yet. */
export async function readHistory(client: Queries): Promise<HistoryRow[]> {
  try {
    const { rows } = await client.query(
      `select id, migration_name as name, checksum, started_at as "startedAt", finished_at as "finishedAt",
              rolled_back_at as "rolledBackAt", logs
         from public._prisma_migrations order by started_at, migration_name`,
    );
    return rows;
  } catch (error) {
    if ((error as { code?: string }).code === UNDEFINED_TABLE) return [];
    throw error;
  }
}

export interface HistoryComparison {
  pending: string[];
  edited: string[];
  unknown: string[];
  /** Begun and neither finished nor resolved: running in another process, failed, or cut off. */
  open: HistoryRow[];
}

/** The rules of `prisma migrate deploy`, plus two it leaves out: edited and unknown migrations stop the start. */
export function compareHistory(onDisk: readonly Migration[], rows: readonly HistoryRow[]): HistoryComparison {
  const applied = rows.filter(isApplied);
  const checksumByName = new Map(applied.map((row) => [row.name, row.checksum]));
  const namesOnDisk = new Set(onDisk.map((migration) => migration.name));
  return {
    pending: onDisk.filter(({ name }) => !checksumByName.has(name)).map(({ name }) => name),
    edited: onDisk.filter((migration) => isEdited(migration, checksumByName)).map(({ name }) => name),
    unknown: applied.filter(({ name }) => !namesOnDisk.has(name)).map(({ name }) => name),
    open: rows.filter((row) => row.finishedAt === null && row.rolledBackAt === null),
  };
}

export function isApplied(row: HistoryRow): boolean {
  return row.finishedAt !== null && row.rolledBackAt === null;
}

function isEdited({ name, script }: Migration, checksumByName: ReadonlyMap<string, string>): boolean {
  const recorded = checksumByName.get(name);
  if (recorded === undefined) return false;
  // Like Prisma: a checkout that changed only the line endings is the same script.
  const unix = script.replaceAll('\r\n', '\n');
  return ![script, unix, unix.replaceAll('\n', '\r\n')].some((text) => checksum(text) === recorded);
}

function checksum(script: string): string {
  return createHash('sha256').update(script).digest('hex');
}

const UNDEFINED_TABLE = '42P01';
