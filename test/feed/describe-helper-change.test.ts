import { describe, expect } from 'vitest';
import type { Scope } from '../../src/db/scope.ts';
import type { JsonObject, JsonValue } from '../../src/json/json-value.ts';
import { describeHelperChange } from '../../src/resolvers/cases/describe-helper-change.ts';
import { openCase, sampleHelper, save } from '../support/cases.ts';
import { type Member, test } from '../support/fixtures.ts';

test('an event that an outage kept from being described is described once the database is back', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const opened = await openCase(admin, { helper: { a: 1 } });
  await save(admin, { caseId: opened.id, expectedVersion: 1, helper: { a: 2 } });
  const event = { caseId: opened.databaseId, previousVersion: 1, version: 2 };
  await world.server.app.database.read(ownerOf(admin), async (scope) => {
    const down = { sql: () => Promise.reject(new Error('Connection terminated unexpectedly')) } as unknown as Scope;
    await expect(describeHelperChange(down, event)).rejects.toThrow('Connection terminated');
    expect((await describeHelperChange(scope, event)).changedPaths).toEqual(['/a']);
  });
});

describe('the patch of an event', () => {
  test.for<[title: string, before: JsonObject, after: JsonObject, patch: unknown]>([
    [
      'an inserted member is one operation',
      { ...sampleHelper(), list: members('a', 'b') },
      { ...sampleHelper(), list: members('n', 'a', 'b') },
      [{ op: 'add', path: '/list/0', value: { id: 'n' } }],
    ],
    ['none where it would be larger than the helper', { a: 1 }, { a: 2 }, null],
    ['none where it would be larger than the helper emptied', sampleHelper(), {}, null],
  ])('%s', async ([, before, after, patch], { world }) => {
    const admin = await (await world.org()).member('admin');
    const opened = await openCase(admin, { helper: before });
    await save(admin, { caseId: opened.id, expectedVersion: 1, helper: after });
    const statements: string[] = [];
    const change = { caseId: opened.databaseId, previousVersion: 1, version: 2 };
    const description = await world.server.app.database.read(ownerOf(admin), (scope) =>
      describeHelperChange(counting(scope, statements), change),
    );
    expect(description.patch).toEqual(patch);
    expect(statements).toHaveLength(1);
  });

  test('none for a version written past the server that no patch leads to; what it changed is told all the same', async ({
    world,
  }) => {
    const admin = await (await world.org()).member('admin');
    const opened = await openCase(admin, { helper: { list: 'x'.repeat(100) } });
    await world.db.query('insert into public.case_helper (case_id, helper_json) values ($1, $2)', [
      opened.databaseId,
      JSON.stringify({ list: 'x'.repeat(100) }).replace('{', '{"__proto__": 1, '),
    ]);
    const change = { caseId: opened.databaseId, previousVersion: 1, version: 2 };
    const description = await world.server.app.database.read(ownerOf(admin), (scope) =>
      describeHelperChange(scope, change),
    );
    expect(description).toEqual({ changedPaths: ['/__proto__'], patch: null });
  });

  test("version 0 is the empty helper, and a case that is not the caller's is not there", async ({ world }) => {
    const admin = await (await world.org()).member('admin');
    const stranger = await (await world.org()).member('admin');
    const opened = await openCase(admin, { helper: { a: 'x'.repeat(100) } });
    const first = { caseId: opened.databaseId, previousVersion: 0, version: 1 };
    const describeAs = (client: Member) =>
      world.server.app.database.read(ownerOf(client), (scope) => describeHelperChange(scope, { ...first }));
    expect((await describeAs(admin)).changedPaths).toEqual(['/a']);
    await expect(describeAs(stranger)).rejects.toMatchObject({ code: 'NOT_FOUND', field: ['caseId'] });
  });
});

function members(...ids: string[]): JsonValue[] {
  return ids.map((id) => ({ id }));
}

function counting(scope: Scope, statements: string[]): Scope {
  const sql = (text: string, values: unknown[]) => {
    statements.push(text);
    return scope.sql(text, values);
  };
  return { sql } as unknown as Scope;
}

function ownerOf(client: Member) {
  return {
    identity: { kind: 'USER', userId: client.userId, expiresAt: null },
    requestId: 'describe-test',
    requestedOrg: null,
  } as const;
}
