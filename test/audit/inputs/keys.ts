import { type BadInput, document, headersOf, request, type Target } from './bad-input.ts';

// Idempotency keys that are none, and such as stand for another call already.

const SAVE =
  'mutation ($input: CaseHelperSaveFullInput!) { caseHelperSaveFull(input: $input) { ok userErrors { code message } } }';

const KEYS: Record<string, string> = {
  empty: '',
  'of one character': 'k',
  'of seven': '1234567',
  'of seven long ones': '🚗'.repeat(7),
  'of 256': 'k'.repeat(256),
  'of 256 long ones': '🚗'.repeat(256),
  'of 1,000': 'k'.repeat(1_000),
  'of 10,000': 'k'.repeat(10_000),
  'of 100,000': 'k'.repeat(100_000),
  'with U+0000': '12345678\0',
  'of U+0000': '\0'.repeat(8),
  'with half of a surrogate pair': '12345678\ud800',
  'of halves of surrogate pairs': '\udc00'.repeat(20),
};

/** The call that the key was used for saved another helper. */
const OTHERS: Record<string, object> = {
  'another helper': { helper: { a: 2 } },
  'another strategy': { onConflict: 'FORCE' },
  'another version': { expectedVersion: 1 },
  'a label': { label: 'x' },
  'a helper of another type': { helper: { a: { b: ['1', 2] } } },
  'a helper with more': { helper: { a: { b: [1, 2] }, c: null } },
};

export function listKeys(): BadInput[] {
  const given = ({ caseId }: Target) => ({ caseId, expectedVersion: 0, helper: { a: { b: [1, 2] } } });
  const stale = (to: Target, idempotencyKey: string) => ({
    input: { ...given(to), helper: { stale: 1 }, onConflict: 'FORCE', idempotencyKey },
  });
  const isHeader = (key: string) => /^[\x20-\x7e]*$/.test(key) && key.length <= 10_000 && key.length > 0;
  return [
    ...Object.entries(KEYS).flatMap(([what, key]): BadInput[] => [
      { title: `a key ${what}`, send: document(SAVE, (to: Target) => stale(to, key)) },
      {
        title: `a key ${what}, at the gateway`,
        send: (to) =>
          request(`${to.url}/gateway/case_helper.save_full`, {
            method: 'POST',
            headers: headersOf(to.member),
            body: JSON.stringify(stale(to, key).input),
          }),
      },
      ...(isHeader(key)
        ? ['/graphql', '/gateway/case_helper.save_full', '/case/{case}/helper'].map(
            (path): BadInput => ({
              title: `a key ${what}, in the header of ${path}`,
              send: (to) => {
                const { idempotencyKey: _, ...input } = stale(to, key).input;
                const bodies: Record<string, unknown> = {
                  '/graphql': { query: SAVE, variables: { input } },
                  '/case/{case}/helper': { stale: 1 },
                };
                return request(to.url + path.replace('{case}', to.caseId), {
                  method: path.startsWith('/case') ? 'PUT' : 'POST',
                  headers: {
                    ...headersOf(to.member),
                    'idempotency-key': key,
                    ...(path.startsWith('/case') ? { 'if-match': '*' } : {}),
                  },
                  body: JSON.stringify(bodies[path] ?? input),
                });
              },
            }),
          )
        : []),
    ]),
    ...Object.entries(OTHERS).map(([what, change]) => ({
      title: `a used key with ${what}`,
      send: document(SAVE, (to: Target) => ({ input: { ...given(to), idempotencyKey: to.usedKey, ...change } })),
    })),
    {
      title: 'a used key once more',
      send: document(SAVE, (to: Target) => ({ input: { ...given(to), idempotencyKey: to.usedKey } })),
    },
    {
      title: 'a used key for a case of another',
      send: document(SAVE, (to: Target) => ({
        input: { ...given(to), caseId: to.foreign.caseId, idempotencyKey: to.usedKey },
      })),
    },
    {
      title: 'a used key, by nobody',
      send: (to) =>
        request(`${to.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: SAVE, variables: { input: { ...given(to), idempotencyKey: to.usedKey } } }),
        }),
    },
    ...Array.from({ length: 20 }, (_, n) => ({
      title: `the same new key for a refused call (${n})`,
      send: document(SAVE, (to: Target) => ({ input: { ...given(to), idempotencyKey: 'refused-every-time' } })),
    })),
  ];
}
