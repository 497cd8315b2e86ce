import { expect } from 'vitest';
import { seededRandom } from '../json/random-json.ts';
import { listGroups } from './inputs/groups.ts';
import { sendAll } from './inputs/send-all.ts';
import { createTarget, findInternalNames } from './inputs/world.ts';
import { test } from './shared-world.ts';

/** Of so many one is sent here; all of them by `npm run audit:input`. */
const ONE_OF = 19;

test('of everything bad that a client can send, nothing writes, leaks, hangs or breaks anything', async ({
  shared,
}) => {
  const target = await createTarget(shared);
  const names = await findInternalNames(shared);
  for (const [group, inputs] of Object.entries(listGroups(seededRandom(1)))) {
    const some = inputs.filter((_, index) => index % ONE_OF === 0);
    expect((await sendAll(some, target, shared, names)).faults, group).toEqual([]);
  }
  expect(await target.member.data('{ viewer { role } }')).toEqual({ viewer: { role: 'admin' } });
});
