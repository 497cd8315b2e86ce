import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect } from 'vitest';
import { seededRandom } from '../json/random-json.ts';
import { openCase } from '../support/cases.ts';
import { listGroups } from './inputs/groups.ts';
import { listGoodJson } from './inputs/json-values.ts';
import { type Outcome, sendAll } from './inputs/send-all.ts';
import { createTarget, findInternalNames } from './inputs/world.ts';
import { test } from './shared-world.ts';

// Everything bad, sent to a real server: none of it writes, none is answered by a fault of ours, by what is inside, or not at all.

/** The generated ones are the same each time. */
const SEED = 1;
/** What may stay in memory after all of it: parsed documents are kept, up to a number of them, and so is what was logged here. */
const MAX_GROWTH_BYTES = 256 * 1024 * 1024;

let nextPlate = 3_000_001;
const outcomes: Record<string, Outcome> = {};

test('nothing bad writes, leaks, hangs or breaks anything', { timeout: 300_000 }, async ({ shared }) => {
  const target = await createTarget(shared);
  const names = await findInternalNames(shared);
  const before = usedBytes();
  for (const [group, inputs] of Object.entries(listGroups(seededRandom(SEED))))
    outcomes[group] = await sendAll(inputs, target, shared, names);
  expect(Object.values(outcomes).flatMap(({ faults }) => faults)).toEqual([]);
  await expect.poll(() => shared.server.app.hub.waiting).toBe(0);
  expect(usedBytes() - before).toBeLessThan(MAX_GROWTH_BYTES);
});

test('what is refused for its JSON would be written if it were good', async ({ shared }) => {
  const target = await createTarget(shared);
  // A patch and a draft say which version they are made from, so each has a case that is as it was.
  for (const { title, send } of listGoodJson()) {
    const { id } = await openCase(target.member, { plate: String(nextPlate++), helper: { a: 1 } });
    expect((await send({ ...target, caseId: id })).text, title).toMatch(/"ok":true/);
  }
});

test('two hundred clients that never finish their headers keep nobody out', async ({ shared }) => {
  const { port, hostname } = new URL(shared.server.url);
  const slow = Array.from({ length: 200 }, () => connect(Number(port), hostname).on('error', () => undefined));
  for (const socket of slow) socket.write('POST /graphql HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
  const answers = await Promise.all(Array.from({ length: 20 }, () => shared.anonymous().data('{ __typename }')));
  expect(answers).toHaveLength(20);
  for (const socket of slow) socket.destroy();
});

afterAll(() => {
  const answers = ({ statuses }: Outcome) => Object.entries(statuses).map(([status, times]) => `${times} × ${status}`);
  for (const [group, outcome] of Object.entries(outcomes))
    console.log(
      `${group}: ${outcome.sent} sent, ${outcome.faults.length} faults (${answers(outcome).join(', ')}; slowest ${outcome.slowestMs} ms: ${outcome.slowest})`,
    );
  const all = Object.values(outcomes);
  console.log(
    `in all: ${all.reduce((sum, { sent }) => sum + sent, 0)} sent, ${all.flatMap(({ faults }) => faults).length} faults`,
  );
});

function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
