import fc from 'fast-check';
import { expect, test as plain } from 'vitest';
import type { Refusal } from '../../src/errors.ts';
import { readCursor, writeCursor } from '../../src/subscriptions/cursor.ts';
import { openCase } from '../support/cases.ts';
import { test } from '../support/fixtures.ts';
import { PROPERTY_RUNS } from '../support/property-runs.ts';

const anyCursor = fc.record({
  epoch: fc.uuid(),
  orgId: fc.uuid(),
  seq: fc.integer({ min: 0, max: 999_999_999_999_999 }),
});

/** A text with some of its characters others, left out or put in. */
const tampered = (cursor: string) =>
  fc
    .array(fc.tuple(fc.nat(cursor.length), fc.nat(2), fc.string({ maxLength: 3 })), { minLength: 1, maxLength: 4 })
    .map((changes) =>
      changes.reduce((text, [at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone), cursor),
    );

plain('a cursor says what was written into it, and a tampered one is refused or is of the same organisation', () => {
  fc.assert(
    fc.property(
      anyCursor.chain((cursor) => fc.tuple(fc.constant(cursor), tampered(writeCursor(cursor)))),
      ([cursor, text]) => {
        expect(readCursor(writeCursor(cursor), cursor.orgId, [])).toEqual(cursor);
        try {
          const read = readCursor(text, cursor.orgId, []);
          expect(read.orgId).toBe(cursor.orgId);
          expect(Number.isSafeInteger(read.seq) && read.seq >= 0).toBe(true);
        } catch (error) {
          expect((error as Refusal).code).toBe('INVALID_CURSOR');
        }
      },
    ),
    { numRuns: PROPERTY_RUNS * 10 },
  );
});

const PAGE = `query ($after: FeedCursor) { feedPage(after: $after) {
  changes { caseId node { ... on Case { ownerName } } } resync { reason } } }`;

test('no tampered cursor, of the feed or of a list, shows anything of another organisation', async ({ world }) => {
  const admin = await (await world.org()).member('admin');
  const stranger = await (await world.org()).member('admin');
  await openCase(admin, { ownerName: 'ours' });
  await openCase(stranger, { ownerName: 'theirs' });
  const cursors = '{ feedPage { cursor } cases { pageInfo { endCursor } } }';
  const known = (await Promise.all([admin, stranger].map((client) => client.data(cursors)))).map((data) => ({
    feed: data.feedPage.cursor as string,
    list: data.cases.pageInfo.endCursor as string,
  }));
  const attempt = fc
    .constantFrom(...known)
    .chain(({ feed, list }) => fc.record({ feed: tampered(feed), list: tampered(list) }));
  await fc.assert(
    fc.asyncProperty(attempt, async ({ feed, list }) => {
      const answers = [
        await admin.send(PAGE, { after: feed }),
        await admin.send('query ($after: String) { cases(after: $after) { nodes { ownerName } } }', { after: list }),
      ];
      for (const { errors = [], data } of answers) {
        expect(JSON.stringify(data ?? null)).not.toContain('theirs');
        for (const error of errors) expect(['INVALID_CURSOR', 'VALIDATION_FAILED']).toContain(error.extensions.code);
      }
    }),
    { numRuns: PROPERTY_RUNS },
  );
});
