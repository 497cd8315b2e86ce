import type { Call, CaseShape, HelperShape, ListShape, Peer, SaveShape, TreeShape } from './peer.ts';

interface Refused {
  readonly error?: string;
}

/** The least that can be done: a path an operation, one statement a path. */
export const floor: Peer = {
  helper: { call: (caseId) => post('/helper', { caseId }), shape: (answer) => accepted<HelperShape>(answer) },
  tree20: { call: (after) => post('/tree20', { after }), shape: (answer) => accepted<TreeShape>(answer) },
  case4: { call: (caseId) => post('/case4', { caseId }), shape: (answer) => accepted<CaseShape>(answer) },
  list50: { call: (after) => post('/list50', { after }), shape: (answer) => accepted<ListShape>(answer) },
  save: {
    call: ({ caseId, expectedVersion, helper, idempotencyKey }) => ({
      path: '/save',
      body: `{"caseId":"${caseId}","expectedVersion":${expectedVersion},"idempotencyKey":"${idempotencyKey}","helper":${helper}}`,
    }),
    shape: (answer) => accepted<SaveShape>(answer),
  },
  lines100: {
    call: (input) => post('/lines100', input),
    shape: (answer) => accepted<{ updated: number }>(answer).updated,
  },
};

function post(path: string, body: object): Call {
  return { path, body: JSON.stringify(body) };
}

function accepted<Shape>(answer: unknown): Shape {
  const { error } = answer as Refused;
  if (error) throw new Error(error);
  return answer as Shape;
}
