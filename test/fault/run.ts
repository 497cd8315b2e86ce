// npm run fault -- [F07 F09 …] [--seed N] [--smoke] [--scale 0.5] [--results DIR]
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureGeneratedClient } from '../../src/db/generated-client.ts';
import { Cluster } from './cluster.ts';
import { APART, MATRIX } from './matrix.ts';
import { isSound, type RowResult, writeResult } from './results.ts';
import type { Row } from './row.ts';
import { runRow } from './run-one-row.ts';
import type { FaultSystem } from './system.ts';

const USAGE = `Usage: npm run fault -- [ROW …] [--seed N] [--scale 0.5] [--smoke] [--results DIR]
Rows: ${MATRIX.map((row) => row.id).join(' ')}. Without any, all of them; beside them, only when named: ${APART.map((row) => row.id).join(' ')}.`;

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      scale: { type: 'string', default: '1' },
      smoke: { type: 'boolean', default: false },
      results: { type: 'string' },
    },
  });
  const rows = chooseRows(positionals, values.smoke);
  const scale = Number(values.scale);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  if (!(scale > 0) || !Number.isInteger(seed)) throw new Error(USAGE);
  const results = values.results ?? join(tmpdir(), 'casegraph-fault');
  const folder = mkdtempSync(join(tmpdir(), 'casegraph-fault-run-'));
  // PostgreSQL may run as another account, and its folder is in there.
  chmodSync(folder, 0o711);
  say(`seed ${seed}, results in ${results}`);

  let cluster: Cluster | null = null;
  let system: FaultSystem | null = null;
  const cleanUp = async () => {
    await system?.stop();
    await cluster?.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, async () => {
      await cleanUp().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
      process.exit(130);
    });
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const)
    process.once(fault, (error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      void cleanUp().finally(() => process.exit(1));
    });
  let failed = 0;
  try {
    await ensureGeneratedClient();
    cluster = await Cluster.start(join(folder, 'postgres'));
    for (const row of rows) {
      say(`${row.id} ${row.title}`);
      const result = await runRow(row, {
        cluster,
        folder,
        seed,
        scale: values.smoke ? scale * row.smoke! : scale,
        smoke: values.smoke,
        onSystem: (started) => {
          system = started;
        },
        say,
      });
      writeResult(results, result);
      tell(result);
      // A smoke runs on machines of any pace, beside anything: there it shows times, and fails by what must never happen.
      if (result.verdict === 'held' || (values.smoke && isSound(result)))
        rmSync(join(folder, row.id), { recursive: true, force: true });
      else {
        failed++;
        say(`  its history and the servers' logs are kept in ${join(folder, row.id)}`);
      }
    }
  } catch (error) {
    failed++;
    say(`stopped: ${(error as Error).stack}\n  what there is is kept in ${folder}`);
  }
  await cleanUp();
  rmSync(join(folder, 'postgres'), { recursive: true, force: true });
  if (failed === 0) rmSync(folder, { recursive: true, force: true });
  // Whatever is still on its way belongs to a run that has ended.
  process.exit(failed === 0 ? 0 : 1);
}

function chooseRows(names: readonly string[], smoke: boolean): readonly Row[] {
  const known = new Map([...MATRIX, ...APART].map((row) => [row.id, row]));
  const unknown = names.find((name) => !known.has(name.toUpperCase()));
  if (unknown) throw new Error(`There is no row ${unknown}.\n${USAGE}`);
  const chosen = names.length > 0 ? names.map((name) => known.get(name.toUpperCase())!) : MATRIX;
  return smoke ? chosen.filter((row) => row.smoke !== undefined) : chosen;
}

function tell(result: RowResult): void {
  const { acked, deliveries, lost, duplicated, disordered, injections, saveMs, lagMs, recoveryMs } = result;
  say(
    `  ${result.verdict}: ${injections} faults, ${acked} writes acknowledged (${result.refused} refused, ${result.unknown} unknown), ${deliveries} deliveries; ` +
      `lost ${lost}, duplicated ${duplicated}, out of order ${disordered}; save p50 ${saveMs.p50} p99 ${saveMs.p99} ms, lag p50 ${lagMs.p50} p99 ${lagMs.p99} ms, recovery ${recoveryMs} ms`,
  );
  for (const { invariant, message, count } of result.violations)
    say(`  ${invariant} broken ${count} times: ${message}`);
  for (const { claim, held, saw } of result.criteria) say(`  ${held ? 'ok  ' : 'NOT '}${claim}: ${saw}`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
