import { type JsonSchema, reference, type SchemaCatalogue } from './json-schema.ts';
import { failuresOf, VERDICT } from './openapi-failures.ts';

const ETAG = { description: 'The version, as "v12". Strong.', schema: { type: 'string', pattern: '^"v\\d+"$' } };
const VERSION = { description: 'The version as a number.', schema: { type: 'integer' } };
const REQUEST_ID = { $ref: '#/components/headers/RequestId' };
const failed = (description: string) => ({
  description,
  headers: { 'X-Request-Id': REQUEST_ID },
  content: { 'application/json': { schema: reference('Failure') } },
});

/** The one address that is not an operation: a helper as a document, with the conditions of HTTP. */
export function describeCaseHelper(catalogue: SchemaCatalogue): Record<string, unknown> {
  const text = { type: ['string', 'null'] };
  const members: Record<string, JsonSchema> = {
    ...VERDICT.members,
    outcome: reference('WriteOutcome'),
    userErrors: { type: 'array', items: reference('UserError') },
    version: {
      type: ['integer', 'null'],
      description: 'The version saved, or the current one where nothing had to be.',
    },
    changedPaths: {
      type: ['array', 'null'],
      items: { type: 'string' },
      description: 'JSON Pointers that differ from the version before.',
    },
    cursor: text,
    helper: {
      type: ['object', 'null'],
      description: 'What was saved: author, time, size and hash; never the content.',
    },
    conflict: {
      type: ['object', 'null'],
      description: 'Who saved since, and where: currentVersion, changedPaths, conflictingPaths, savedBy, savedAt.',
    },
    idempotency: { type: ['object', 'null'] },
  };
  const saved = catalogue.add('CaseHelperPutAnswer', {
    type: 'object',
    properties: members,
    required: Object.keys(members),
  });
  const answer = (description: string) => ({
    description,
    headers: { ETag: ETAG, 'X-Helper-Version': VERSION, 'X-Request-Id': REQUEST_ID },
    content: { 'application/json': { schema: saved } },
  });
  const headers = ['OrgId', 'RequestId'].map((name) => ({ $ref: `#/components/parameters/${name}` }));
  const id = {
    name: 'id',
    in: 'path',
    required: true,
    description: 'The id or the UUID of the case.',
    schema: { type: 'string' },
  };
  const query = (name: string, description: string, schema: JsonSchema) => ({ name, in: 'query', description, schema });
  const condition = (name: string, description: string) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  });
  return {
    '/case/{id}/helper': {
      parameters: [id],
      get: {
        operationId: 'case_helper.document',
        tags: ['case_helper'],
        summary: 'The helper itself',
        description:
          'The JSON of the current helper, of a version, or of what a pointer names in it, and nothing around it.',
        parameters: [
          query('version', 'Default: the current one.', { type: 'integer', minimum: 1 }),
          query('pointer', 'A JSON Pointer (RFC 6901), as /stakeholders/garage.', { type: 'string' }),
          condition(
            'If-None-Match',
            'The ETag you have. While it is current the answer is 304, and no helper is read.',
          ),
          ...headers,
        ],
        responses: {
          200: {
            description: 'The JSON.',
            headers: { ETag: ETAG, 'X-Helper-Version': VERSION, 'X-Request-Id': REQUEST_ID },
            content: { 'application/json': { schema: {} } },
          },
          304: { description: 'You have it.', headers: { ETag: ETAG } },
          ...failuresOf('read'),
        },
      },
      put: {
        operationId: 'case_helper.replace',
        tags: ['case_helper'],
        summary: 'Replaces the helper',
        description:
          'case_helper.save_full with the conditions of HTTP: one of If-Match, If-None-Match and expectedVersion.',
        parameters: [
          condition('If-Match', 'The ETag your helper is made from. * saves over whatever is there.'),
          condition('If-None-Match', '* for the first save.'),
          query('expectedVersion', 'Instead of If-Match; stale is then 409.', { type: 'integer', minimum: 0 }),
          query(
            'onConflict',
            'MERGE_DISJOINT merges with what others have saved since.',
            reference('ConflictStrategy'),
          ),
          query('label', 'Names a checkpoint.', { type: 'string' }),
          query('note', 'Kept with the version.', { type: 'string' }),
          query('source', 'Where the write comes from.', reference('WriteSource')),
          { $ref: '#/components/parameters/IdempotencyKey' },
          ...headers,
        ],
        requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
        responses: {
          200: answer('Saved, merged, or so already; see outcome.'),
          201: answer('The first helper of the case.'),
          ...failuresOf('write'),
          412: failed('Others have saved since the version of If-Match, or there is a helper already: see conflict.'),
          428: failed('Nothing says what the helper is made from.'),
        },
      },
    },
  };
}
