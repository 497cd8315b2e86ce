import { expect } from 'vitest';
import type { Scope } from '../../src/db/scope.ts';
import { describeHelperChange } from '../../src/resolvers/cases/describe-helper-change.ts';
import { openCase, save } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';

test('an event that an outage kept from being described is described once the database is back', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin, { helper: { a: 1 } });
  await save(admin, { caseId: opened.id, expectedVersion: 1, helper: { a: 2 } });
  const event = { caseId: opened.databaseId, previousVersion: 1, version: 2 };
  const owner = {
    identity: { kind: 'USER', userId: admin.userId, expiresAt: null },
    requestId: 'describe-test',
    requestedOrg: null,
  } as const;
  await world.server.app.database.read(owner, async (scope) => {
    const down = { sql: () => Promise.reject(new Error('Connection terminated unexpectedly')) } as unknown as Scope;
    await expect(describeHelperChange(down, event)).rejects.toThrow('Connection terminated');
    expect((await describeHelperChange(scope, event)).changedPaths).toEqual(['/a']);
  });
});
