import { expect } from 'vitest';
import { openCase, SAMPLE_PLATE, SAVE, UPSERT } from '../support/cases.ts';
import type { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { loggedTest } from '../support/logged-server.ts';
import { countRows } from '../support/row-counts.ts';

/** Stands in every bad helper: what must be found nowhere afterwards. */
const CANARY = 'canary-7c1f';

const nested = (depth: number) => `${'{"n":'.repeat(depth - 1)}{"${CANARY}":1}${'}'.repeat(depth - 1)}`;

interface BadHelper {
  readonly code: string;
  /** What follows ["input", "helper"] in the field; undefined where it is not told. */
  readonly path?: string[];
}

/** Helpers as JSON text, as a program could send them. */
const BAD_HELPERS: Record<string, BadHelper & { readonly text: string }> = {
  'an array': { text: `["${CANARY}"]`, code: 'INVALID_DOCUMENT', path: [] },
  'a text': { text: `"${CANARY}"`, code: 'INVALID_DOCUMENT', path: [] },
  'a number': { text: '7', code: 'INVALID_DOCUMENT', path: [] },
  'a boolean': { text: 'true', code: 'INVALID_DOCUMENT', path: [] },
  '6 MB': { text: `{"${CANARY}":"${'x'.repeat(6 * 1024 * 1024)}"}`, code: 'PAYLOAD_TOO_LARGE', path: [] },
  'depth 65': { text: nested(65), code: 'INVALID_DOCUMENT', path: [] },
  'depth 5,000': { text: nested(5_000), code: 'INVALID_DOCUMENT', path: [] },
  'the key __proto__': {
    text: `{"a":[{"__proto__":{"${CANARY}":1}}]}`,
    code: 'INVALID_DOCUMENT',
    path: ['a', '0', '__proto__'],
  },
  'U+0000 in a value': { text: `{"a":{"b":"${CANARY}\\u0000"}}`, code: 'INVALID_DOCUMENT', path: ['a', 'b'] },
  'U+0000 in a key': { text: `{"a":{"b\\u0000":"${CANARY}"}}`, code: 'INVALID_DOCUMENT', path: ['a', 'b\ufffd'] },
  'half of a surrogate pair': { text: `{"a":["x","${CANARY}\\ud83d"]}`, code: 'INVALID_DOCUMENT', path: ['a', '1'] },
  'half of a surrogate pair in a key': { text: `{"\\udc00":"${CANARY}"}`, code: 'INVALID_DOCUMENT', path: ['\ufffd'] },
  '2^53 + 1': { text: `{"${CANARY}":1,"n":9007199254740993}`, code: 'INVALID_DOCUMENT', path: ['n'] },
  '-2^53': { text: `{"${CANARY}":1,"n":-9007199254740992}`, code: 'INVALID_DOCUMENT', path: ['n'] },
  '1e400': { text: `{"${CANARY}":1,"n":[1e400]}`, code: 'INVALID_DOCUMENT', path: ['n', '0'] },
  'too many values': {
    text: `{"${CANARY}":[${'0,'.repeat(200_000)}0]}`,
    code: 'INVALID_DOCUMENT',
    path: [CANARY],
  },
  'a key of 513 characters': {
    text: `{"${'k'.repeat(513)}":"${CANARY}"}`,
    code: 'INVALID_DOCUMENT',
  },
};

const DRAFT = /* GraphQL */ `
  mutation ($input: CaseHelperDraftSaveInput!) { caseHelperDraftSave(input: $input) { ok userErrors { code field } } }
`;

loggedTest(
  'a helper that can not be kept faithfully is refused by name and place; nothing is written or logged of it',
  async ({ db, world, loggedText }) => {
    const admin = await (await world.org()).member('admin');
    const { id: caseId } = await openCase(admin);
    const before = await countRows(db);
    const writes = [
      {
        document: SAVE,
        field: 'caseHelperSaveFull',
        rest: { caseId, onConflict: 'FORCE', idempotencyKey: 'bad-input-1' },
      },
      { document: UPSERT, field: 'caseUpsert', rest: { plate: '1234567' } },
      { document: DRAFT, field: 'caseHelperDraftSave', rest: { caseId, baseVersion: 0 } },
    ];
    for (const [what, { text, code, path }] of Object.entries(BAD_HELPERS))
      for (const { document, field, rest } of writes) {
        const answer = await sendHelperText(admin, document, rest, text);
        expect(answer.errors, `${field}, ${what}`).toBeUndefined();
        const payload = answer.data[field];
        expect(payload.ok, `${field}, ${what}`).toBe(false);
        expect(payload.userErrors, `${field}, ${what}`).toMatchObject([{ code }]);
        if (path) expect(payload.userErrors[0].field, what).toEqual(['input', 'helper', ...path]);
        expect(JSON.stringify(payload).length, what).toBeLessThan(4_000);
      }
    expect(await countRows(db)).toEqual(before);
    expect(loggedText()).not.toContain(CANARY);
  },
);

loggedTest(
  'a bug whose error quotes the helper is logged once and answered with its request id, without a word of the helper',
  async ({ db, world, loggedText }) => {
    const admin = await (await world.org()).member('admin');
    const { id: caseId } = await openCase(admin);
    await db.query("alter table case_helper add constraint a_bug check (helper_json ->> 'a' is null)");
    const answer = await admin.send(SAVE, { input: { caseId, expectedVersion: 0, helper: { a: CANARY } } });
    expect(answer.errors?.[0]?.extensions.code).toBe('INTERNAL');
    expect(JSON.stringify(answer.errors)).not.toContain(CANARY);
    const requestId = answer.errors![0]!.extensions.requestId;
    const lines = loggedText()
      .split('\n')
      .filter((line) => line.includes(requestId));
    const errors = lines.filter((line) => JSON.parse(line).level >= 50);
    // The other is the line that every operation has.
    expect([lines.length, errors.length]).toEqual([2, 1]);
    expect(loggedText()).toContain('a_bug');
    expect(loggedText()).not.toContain(CANARY);
  },
);

/** JSON.stringify would not write what is to be sent. */
async function sendHelperText(client: TestClient, document: string, rest: object, helper: string) {
  const input = JSON.stringify(rest).replace(/\}$/, `,"helper":${helper}}`);
  return client.sendBody(`{"query":${JSON.stringify(document)},"variables":{"input":${input}}}`);
}

test('null for a required helper is a coded error; for an optional one it is nothing', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  const answer = await admin.send(SAVE, { input: { caseId, expectedVersion: 0, helper: null } });
  expect(answer.errors?.[0]?.extensions.code).toBe('VALIDATION_FAILED');
  expect((await admin.data(UPSERT, { input: { plate: SAMPLE_PLATE, helper: null } })).caseUpsert.outcome).toBe(
    'EXISTING',
  );
});

/** Literals in the document take another way in than variables. */
const LITERALS: Record<string, { readonly text: string; readonly path: string[] }> = {
  'the key __proto__': { text: '{ a: { __proto__: { x: 1 } } }', path: ['a', '__proto__'] },
  'U+0000': { text: '{ a: "x\\u0000" }', path: ['a'] },
  'half of a surrogate pair': { text: '{ a: "\\uD83D" }', path: ['a'] },
  '2^53 + 1': { text: '{ a: 9007199254740993 }', path: ['a'] },
  '1e400': { text: '{ a: [1e400] }', path: ['a', '0'] },
  'an array': { text: '[1]', path: [] },
  'a text': { text: '"text"', path: [] },
  'an enum value': { text: 'ENUM', path: [] },
};

test('a bad helper written out in the document is refused too', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  for (const [what, { text, path }] of Object.entries(LITERALS)) {
    const answer = await admin.send(
      `mutation { caseHelperSaveFull(input: { caseId: "${caseId}", expectedVersion: 0, helper: ${text} }) { ok userErrors { code field } } }`,
    );
    // A document that the parser refuses is refused as a whole.
    if (answer.errors) expect(answer.errors[0]?.extensions.code, what).toBe('VALIDATION_FAILED');
    else
      expect(answer.data.caseHelperSaveFull, what).toEqual({
        ok: false,
        userErrors: [{ code: 'INVALID_DOCUMENT', field: ['input', 'helper', ...path] }],
      });
  }
  expect(await world.db.query('select from case_helper')).toEqual([]);
});

test('a good helper written out in the document is saved as one sent in a variable, variables within it included', async ({
  world,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin);
  const document = `mutation ($v: JSON) { caseHelperSaveFull(input: { caseId: "${caseId}", expectedVersion: 0,
    helper: { a: 1, b: 1.5, c: "x", d: true, e: null, f: [1, { g: $v }], constructor: 2 } }) { ok helper { helperJson } } }`;
  const { caseHelperSaveFull } = await admin.data(document, { v: { deep: ['value'] } });
  expect(caseHelperSaveFull.helper.helperJson).toEqual({
    a: 1,
    b: 1.5,
    c: 'x',
    d: true,
    e: null,
    f: [1, { g: { deep: ['value'] } }],
    constructor: 2,
  });
});
