import { serverAudits } from 'graphql-http';
import { describe, expect } from 'vitest';
import type { Member } from '../support/fixtures.ts';
import { test as base } from './shared-world.ts';

// The specification's own suite (https://graphql.github.io/graphql-over-http), run by a caller who is signed in.

/** What the specification leaves to a server (MAY), and we do otherwise, by the audit's id. It tells; it does not fail. */
const ACCEPTED_NOTICES: Readonly<Record<string, string>> = {};

const test = base.extend<{ $file: { member: Member } }>({
  member: [async ({ shared }, use) => use(await (await shared.org()).member('admin')), { scope: 'file' }],
});

describe('GraphQL over HTTP', () => {
  for (const { id, name } of serverAudits({ url: '' }))
    test(`${id} ${name}${id in ACCEPTED_NOTICES ? `: accepted, ${ACCEPTED_NOTICES[id]}` : ''}`, async ({ member }) => {
      const audits = serverAudits({
        url: `${member.url}/graphql`,
        fetchFn: (url: string, init: RequestInit = {}) =>
          fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${member.token}` } }),
      });
      const result = await audits.find((audit) => audit.id === id)!.fn();
      const told = result.status === 'ok' ? '' : `${result.reason} (answered ${result.response.status})`;
      expect(result.status, told).toBe(id in ACCEPTED_NOTICES ? 'notice' : 'ok');
    });

  test('nothing is accepted that is not audited', () => {
    const ids = serverAudits({ url: '' }).map((audit) => audit.id);
    expect(ids.length).toBeGreaterThan(60);
    expect(ids).toEqual(expect.arrayContaining(Object.keys(ACCEPTED_NOTICES)));
  });
});
