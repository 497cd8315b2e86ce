// node --import tsx test/fault/report.ts [--results DIR] [--into FILE]: writes docs/FAULTS.md from the results that are there.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeResults } from './describe-results.ts';
import { readResults } from './results.ts';

const HOW_IT_IS_JUDGED = fileURLToPath(new URL('checker/README.md', import.meta.url));
const REPORT = fileURLToPath(new URL('../../docs/FAULTS.md', import.meta.url));

const { values } = parseArgs({
  options: {
    results: { type: 'string', default: join(tmpdir(), 'casegraph-fault') },
    into: { type: 'string', default: REPORT },
  },
});
const howItIsJudged = existsSync(HOW_IT_IS_JUDGED) ? readFileSync(HOW_IT_IS_JUDGED, 'utf8') : '';
writeFileSync(values.into, describeResults(readResults(values.results), howItIsJudged));
