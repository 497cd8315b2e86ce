import { APART, MATRIX } from './matrix.ts';
import type { RowResult } from './results.ts';

/** The report as Markdown. The same results make the same text, wherever they come from. */
export function describeResults(results: readonly RowResult[], howItIsJudged: string): string {
  const inOrder = [...MATRIX, ...APART].flatMap((row) => results.find((result) => result.row === row.id) ?? []);
  return [
    '# What happens to casegraph when things break',
    '',
    'Two real servers over one real PostgreSQL, a proxy in every path that breaks it, people who write and watch all the while,',
    'and a checker that compares what everybody was told with what the database holds. One line a fault.',
    '',
    totalsOf(inOrder),
    '',
    machinesOf(inOrder),
    '',
    '## Safety',
    '',
    ...tableOf(
      [
        'Row',
        'What is broken',
        'Faults',
        'Writes acknowledged',
        'Deliveries',
        'Lost',
        'Twice',
        'Out of order',
        'Verdict',
      ],
      inOrder.map((one) => [
        one.row,
        one.title,
        count(one.injections),
        count(one.acked),
        count(one.deliveries),
        count(one.lost),
        count(one.duplicated),
        count(one.disordered),
        one.verdict === 'held' ? 'held' : '**failed**',
      ]),
    ),
    '',
    'Lost, twice and out of order are counted after what the documentation tells every client to do: drop what it has by its',
    'position. What came again over the wire after a reconnect stands below.',
    '',
    '## Time',
    '',
    ...tableOf(
      [
        'Row',
        'Seconds',
        'Recovery',
        'Write p50',
        'Write p99',
        'Lag p50',
        'Lag p99',
        'Refused',
        'No answer',
        'Again on the wire',
        'Refetches',
      ],
      inOrder.map((one) => [
        one.row,
        count(one.seconds),
        one.recoveryMs === null ? '' : `${(one.recoveryMs / 1000).toFixed(1)} s`,
        milliseconds(one.saveMs.p50),
        milliseconds(one.saveMs.p99),
        milliseconds(one.lagMs.p50),
        milliseconds(one.lagMs.p99),
        count(one.refused),
        count(one.unknown),
        count(one.duplicatesOnWire),
        count(one.resyncs),
      ]),
    ),
    '',
    'Recovery: from the end of a fault to the last change that came late or attempt that failed, the longest of the row. Writes and',
    'lag include the faults: a write that waited for a database to come back waited that long. Refused: writes made from an old',
    'version, on purpose. Refetches: times a subscriber was told to fetch anew.',
    '',
    '## What each row does, and what must hold besides',
    '',
    ...inOrder.flatMap(describeRow),
    ...(howItIsJudged ? [howItIsJudged.trim(), ''] : []),
    '## To repeat it',
    '',
    '```sh',
    'npm run fault                      # all rows: about 45 minutes on two cores',
    'npm run fault -- F07 F09 --seed 7  # some, with the choices of a seed',
    'npm run fault -- --smoke           # a quick look at some of them',
    'npm run fault -- L01               # the long one that is no fault',
    '```',
    '',
    'The seed decides what is written and broken, not when the operating system lets it happen.',
    '',
  ].join('\n');
}

function totalsOf(results: readonly RowResult[]): string {
  const sum = (of: (result: RowResult) => number) => count(results.reduce((total, result) => total + of(result), 0));
  const failed = results.filter(({ verdict }) => verdict === 'failed').map(({ row }) => row);
  return (
    `**${sum((one) => one.acked)} acknowledged writes and ${sum((one) => one.deliveries)} deliveries over ${sum((one) => one.injections)} faults: ` +
    `lost ${sum((one) => one.lost)}, duplicated ${sum((one) => one.duplicated)}, out of order ${sum((one) => one.disordered)}.** ` +
    (failed.length === 0 ? `All ${results.length} rows held.` : `Not held: ${failed.join(', ')}.`)
  );
}

function machinesOf(results: readonly RowResult[]): string {
  const machines = [...new Set(results.map(({ machine }) => machine))].join('; ');
  const seeds = [...new Set(results.map(({ seed }) => seed))].join(', ');
  const scales = [...new Set(results.map(({ scale }) => scale))].join(', ');
  return `Machine: ${machines}, for servers, database, proxies and clients together. Seed ${seeds}; scale ${scales}.`;
}

function describeRow(result: RowResult): string[] {
  const about = [...MATRIX, ...APART].find((row) => row.id === result.row)!.about;
  return [
    `**${result.row} ${result.title}.** ${about}`,
    '',
    ...result.criteria.map(({ claim, saw, held }) => `- ${held ? '' : '**not held** '}${claim}: ${saw}`),
    ...result.violations.map((one) => `- **${one.invariant} broken ${count(one.count)} times** ${one.message}`),
    '',
  ];
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(head.map((name, index) => (index < 2 && name !== 'Seconds' ? '---' : '--:'))),
    ...rows.map(line),
  ];
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function milliseconds(value: number | null): string {
  return value === null ? '' : `${Math.round(value)} ms`;
}
