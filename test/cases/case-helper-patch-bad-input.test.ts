import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { PATCH, patch } from '../support/patches.ts';
import { countRows } from '../support/row-counts.ts';

const REPLACE = { op: 'replace', path: '/a', value: 2 };

/** What is sent, the code it is refused with, and the field that is blamed, after ["input"]. */
const BAD: Record<string, [change: Record<string, unknown>, code: string, field: string[]]> = {
  neither: [{}, 'VALIDATION_FAILED', ['patch']],
  both: [{ patch: [REPLACE], mergePatch: {} }, 'VALIDATION_FAILED', ['patch']],
  'nulls for both': [{ patch: null, mergePatch: null }, 'VALIDATION_FAILED', ['patch']],
  'a patch that is an object': [{ patch: { a: 1 } }, 'VALIDATION_FAILED', ['patch']],
  'a patch that is text': [{ patch: JSON.stringify([REPLACE]) }, 'VALIDATION_FAILED', ['patch']],
  'an operation that is no object': [{ patch: [REPLACE, null] }, 'VALIDATION_FAILED', ['patch', '1']],
  'an operation in an array': [{ patch: [[REPLACE]] }, 'VALIDATION_FAILED', ['patch', '0']],
  'no op': [{ patch: [REPLACE, { path: '/a', value: 1 }] }, 'VALIDATION_FAILED', ['patch', '1', 'op']],
  'an unknown op': [{ patch: [{ ...REPLACE, op: 'upsert' }] }, 'VALIDATION_FAILED', ['patch', '0', 'op']],
  'an inherited op': [{ patch: [{ ...REPLACE, op: 'toString' }] }, 'VALIDATION_FAILED', ['patch', '0', 'op']],
  'no path': [{ patch: [{ op: 'remove' }] }, 'VALIDATION_FAILED', ['patch', '0', 'path']],
  'a path without a slash': [{ patch: [{ ...REPLACE, path: 'a' }] }, 'VALIDATION_FAILED', ['patch', '0', 'path']],
  'a path with a bare tilde': [{ patch: [{ ...REPLACE, path: '/a~b' }] }, 'VALIDATION_FAILED', ['patch', '0', 'path']],
  'a path with U+0000': [{ patch: [{ ...REPLACE, path: '/\0' }] }, 'VALIDATION_FAILED', ['patch', '0', 'path']],
  'a path that is a number': [{ patch: [{ ...REPLACE, path: 1 }] }, 'VALIDATION_FAILED', ['patch', '0', 'path']],
  'no from': [{ patch: [{ op: 'move', path: '/b' }] }, 'VALIDATION_FAILED', ['patch', '0', 'from']],
  'no value': [{ patch: [{ op: 'add', path: '/b' }] }, 'VALIDATION_FAILED', ['patch', '0', 'value']],
  'a path that is not there': [
    { patch: [REPLACE, REPLACE, REPLACE, { op: 'remove', path: '/none' }] },
    'VALIDATION_FAILED',
    ['patch', '3', 'path'],
  ],
  'a value with a key that is not kept': [
    { patch: [{ ...REPLACE, value: { x: ['\0'] } }] },
    'INVALID_DOCUMENT',
    ['patch', '0', 'value', 'x', '0'],
  ],
  'a path of a key too long': [
    { patch: [{ op: 'add', path: `/${'k'.repeat(513)}`, value: 1 }] },
    'INVALID_DOCUMENT',
    ['patch'],
  ],
  'a helper that is an array': [{ patch: [{ op: 'replace', path: '', value: [] }] }, 'INVALID_DOCUMENT', ['patch']],
  '1,001 operations': [{ patch: Array(1_001).fill(REPLACE) }, 'PAYLOAD_TOO_LARGE', ['patch']],
  'a helper of 6 MB': [
    { patch: [REPLACE, { op: 'add', path: '/b', value: 'x'.repeat(6 * 1024 * 1024) }] },
    'PAYLOAD_TOO_LARGE',
    ['patch'],
  ],
  'a merge patch that is an array': [{ mergePatch: [] }, 'VALIDATION_FAILED', ['mergePatch']],
  'a merge patch that is text': [{ mergePatch: '{"a":2}' }, 'VALIDATION_FAILED', ['mergePatch']],
  'a merge patch with an integer beyond 2^53': [
    { mergePatch: { a: { b: 2 ** 60 } } },
    'INVALID_DOCUMENT',
    ['mergePatch', 'a', 'b'],
  ],
  'a note of 2,001 characters': [{ mergePatch: { a: 2 }, note: 'n'.repeat(2_001) }, 'VALIDATION_FAILED', ['note']],
};

test('what is no patch, or leaves no helper, is refused by name and place, and nothing is written', async ({
  db,
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
  const before = await countRows(db);
  for (const [what, [change, code, field]] of Object.entries(BAD)) {
    const payload = await patch(admin, { caseId, idempotencyKey: 'bad-patch-1', ...change });
    expect(payload, what).toMatchObject({ ok: false, outcome: 'REJECTED', helper: null, conflict: null });
    expect(payload.userErrors, what).toMatchObject([{ code }]);
    if (what !== 'a note of 2,001 characters') expect(payload.userErrors[0].field, what).toEqual(['input', ...field]);
    expect(JSON.stringify(payload).length, what).toBeLessThan(4_000);
  }
  expect(await countRows(db)).toEqual(before);
});

test.for(['{"a":1,"__proto__":{"polluted":true}}', '{"b":{"__proto__":{"polluted":true}}}'])(
  'the key __proto__ is refused in a merge patch and in a value of a patch: %s',
  async (text, { world }) => {
    const admin = await (await world.org()).member('admin');
    const { id: caseId } = await openCase(admin, { helper: { a: 1 } });
    for (const change of [`"mergePatch":${text}`, `"patch":[{"op":"add","path":"/b","value":${text}}]`]) {
      const answer = await admin.sendBody(
        `{"query":${JSON.stringify(PATCH)},"variables":{"input":{"caseId":"${caseId}",${change}}}}`,
      );
      expect(answer.data.caseHelperPatch.userErrors).toMatchObject([{ code: 'INVALID_DOCUMENT' }]);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  },
);
