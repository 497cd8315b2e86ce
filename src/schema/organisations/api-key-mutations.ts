import { apiKeyCreate } from '../../resolvers/organisations/api-key-create.ts';
import { KEY_PERMISSIONS } from '../../resolvers/organisations/api-key-grant.ts';
import { apiKeyRevoke } from '../../resolvers/organisations/api-key-revoke.ts';
import { apiKeyRotate } from '../../resolvers/organisations/api-key-rotate.ts';
import { apiKeyUpdate } from '../../resolvers/organisations/api-key-update.ts';
import { builder } from '../builder.ts';
import { readId } from '../ids.ts';
import { keyField } from '../input-fields.ts';
import { operationNames } from '../operation-names.ts';
import { writeMutation } from '../write-mutation.ts';
import { ApiKeyCreatePayload, ApiKeyPayload, ApiKeyRotatePayload } from './payloads.ts';

const STRICT_DESCRIPTION =
  'Failures are answered with the HTTP status of their code. For programs that take every 200 for a success, as Make does.';

const ApiKeyCreateInput = builder.inputType('ApiKeyCreateInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    name: t.string({ required: true, description: 'Under which its writes are told, as "make: parts search".' }),
    permissions: t.stringList({
      description: `What it may do, of what you may do yourself: ${KEY_PERMISSIONS.join(', ')}. Without it what a scenario commonly needs: all but case.share, draft.write and dev.write.`,
    }),
    operations: t.stringList({
      description: 'Gateway names of the operations it may call, as case.upsert and kb.search. Without it all.',
    }),
    writablePointers: t.stringList({
      description:
        'JSON Pointers of the helper at or below which it may write, as /valuation. Without it the whole helper.',
    }),
    strictStatus: t.boolean({ defaultValue: false, description: STRICT_DESCRIPTION }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'Within ten years. Without it the key lasts until it is revoked.',
    }),
  }),
});

const ApiKeyUpdateInput = builder.inputType('ApiKeyUpdateInput', {
  description: 'Fields that are null or not sent leave what is there alone.',
  fields: (t) => ({
    idempotencyKey: keyField(t),
    id: t.id({ required: true }),
    name: t.string(),
    strictStatus: t.boolean({ description: STRICT_DESCRIPTION }),
    expiresAt: t.field({ type: 'DateTime' }),
  }),
});

const ApiKeyRotateInput = builder.inputType('ApiKeyRotateInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    id: t.id({ required: true, description: 'The key to be replaced.' }),
    oldEndsAt: t.field({
      type: 'DateTime',
      description: 'Until when the old key is good beside the new one. Without it a day from now.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When the new key ends, within ten years. Without it when the old one would have ended.',
    }),
  }),
});

const ApiKeyRevokeInput = builder.inputType('ApiKeyRevokeInput', {
  fields: (t) => ({ idempotencyKey: keyField(t), id: t.id({ required: true }) }),
});

writeMutation('apiKeyCreate', {
  description:
    'Makes an API key for a program of the organisation. `key` is answered this once. Needs key.manage, which keys never hold.',
  input: ApiKeyCreateInput,
  payload: ApiKeyCreatePayload,
  run: (caller, input, schema) => apiKeyCreate(caller, input, operationNames(schema)),
});

writeMutation('apiKeyUpdate', {
  description:
    'Changes what a key is called, when it ends and how it is answered. What it may do is settled when it is made: for other rights make another. Needs key.manage.',
  input: ApiKeyUpdateInput,
  payload: ApiKeyPayload,
  run: (caller, input) => apiKeyUpdate(caller, ofKey(input)),
});

writeMutation('apiKeyRotate', {
  description:
    'Makes a key that is good for the same as an old one, and lets the old one end a little later: put the new key in place meanwhile. `key` is answered this once. What bears an idempotency key is sent again with the API key it was sent with. Needs key.manage, which keys never hold.',
  input: ApiKeyRotateInput,
  payload: ApiKeyRotatePayload,
  run: (caller, input) => apiKeyRotate(caller, ofKey(input)),
});

writeMutation('apiKeyRevoke', {
  description:
    'Ends a key for good: its next request is refused, and its open sockets are closed. Revoking twice is no mistake. Needs key.manage.',
  input: ApiKeyRevokeInput,
  payload: ApiKeyPayload,
  run: (caller, input) => apiKeyRevoke(caller, ofKey(input)),
});

/** The input with the key's UUID for whichever id was sent. */
function ofKey<Input extends { id: string }>(input: Input): Input {
  return { ...input, id: readId(input.id, 'ApiKey', ['input', 'id']) };
}
