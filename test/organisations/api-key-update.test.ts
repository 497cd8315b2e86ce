import { expect } from 'vitest';
import { TestClient } from '../support/client.ts';
import { test } from '../support/fixtures.ts';
import { call, refusalOf } from './organisation-calls.ts';

test('name, end and strictness of a key change; what is not sent stays', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { apiKey } = await call(admin, 'apiKeyCreate', { name: 'before', strictStatus: true });
  const renamed = await call(admin, 'apiKeyUpdate', { id: apiKey.id, name: ' after ', expiresAt: null });
  expect(renamed).toMatchObject({ outcome: 'UPDATED', apiKey: { name: 'after', strictStatus: true, expiresAt: null } });
  const lax = await call(admin, 'apiKeyUpdate', {
    id: apiKey.id,
    strictStatus: false,
    expiresAt: '2030-01-01T00:00:00Z',
  });
  expect(lax.apiKey).toMatchObject({ name: 'after', strictStatus: false, expiresAt: '2030-01-01T00:00:00.000Z' });
  expect(await call(admin, 'apiKeyUpdate', { id: apiKey.id, name: 'after' })).toMatchObject({ outcome: 'UNCHANGED' });
});

test('a revoked key stays as it is, and a time that is past is refused', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const { apiKey, key } = await call(admin, 'apiKeyCreate', { name: 'old' });
  expect(await refusalOf(admin, 'apiKeyUpdate', { id: apiKey.id, expiresAt: '2001-01-01T00:00:00Z' })).toBe(
    'VALIDATION_FAILED',
  );
  expect(await refusalOf(admin, 'apiKeyUpdate', { id: apiKey.id, name: '' })).toBe('VALIDATION_FAILED');
  await call(admin, 'apiKeyRevoke', { id: apiKey.id });
  expect(await refusalOf(admin, 'apiKeyUpdate', { id: apiKey.id, expiresAt: '2030-01-01T00:00:00Z' })).toBe(
    'VALIDATION_FAILED',
  );
  const answer = await new TestClient(world.server.url, key).send('{ viewer { role } }');
  expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
});
