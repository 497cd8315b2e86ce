import { PRINCIPALS, type Principal } from './sql-world.ts';

/**
 * What each principal may do with each table: select, insert, update and delete, each on rows of A and then of B, and
 * moving a row of A to B. Read from left to right, `+0 +- +0 -- -` sees A and not B, adds to A and not to B, changes A,
 * deletes nothing and moves nothing.
 * + works, 0 finds no row, - permission denied.
 */
const TEXT = `
  table                       anon          | assessorA     | assistantA    | adminA        | memberB       | noOrg         | keyA          | service
  auth.users                  -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | ++ ++ -- -- -
  public._prisma_migrations   -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | ++ -- -- -- -
  public.orgs                 -- -- -- -- - | +0 -- 00 -- - | +0 -- 00 -- - | +0 -- +0 -- - | 0+ -- 0+ -- - | 00 -- 00 -- - | +0 -- 00 -- - | ++ ++ ++ -- -
  public.profiles             -- -- -- -- - | +0 -- 00 -- - | +0 -- 00 -- - | +0 -- +0 -- - | 0+ -- 0+ -- - | 00 -- 00 -- - | +0 -- 00 -- - | ++ ++ ++ ++ +
  public.user_orgs            -- -- -- -- - | +0 -- 00 00 - | +0 -- 00 00 - | +0 +- +0 +0 - | 0+ -+ 0+ 0+ - | 00 -- 00 00 - | +0 -- 00 00 - | ++ ++ ++ ++ -
  public.role_permissions     -- -- -- -- - | ++ -- -- -- - | ++ -- -- -- - | ++ -- -- -- - | ++ -- -- -- - | ++ -- -- -- - | ++ -- -- -- - | ++ -- -- -- -
  public.counters             -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- -
  public.api_keys             -- -- -- -- - | 00 -- 00 -- - | 00 -- 00 -- - | +0 +- +0 -- - | 0+ -+ 0+ -- - | 00 -- 00 -- - | 00 -- 00 -- - | ++ ++ ++ -- -
  public.cases                -- -- -- -- - | +0 +- +0 -- - | +0 -- 00 -- - | +0 +- +0 -- - | 0+ -+ 0+ -- - | 00 -- 00 -- - | +0 +- +0 -- - | ++ ++ ++ -- -
  public.case_collaborators   -- -- -- -- - | +0 +- +0 +0 - | +0 -- 00 00 - | +0 +- +0 +0 - | 0+ -+ 0+ 0+ - | 00 -- 00 00 - | +0 -- 00 00 - | ++ ++ ++ ++ -
  public.case_helper          -- -- -- -- - | +0 +- -- -- - | +0 -- -- -- - | +0 +- -- -- - | 0+ -+ -- -- - | 00 -- -- -- - | +0 +- -- -- - | ++ ++ -- -- -
  public.case_helper_drafts   -- -- -- -- - | +0 +- +0 +0 - | 00 +- 00 00 - | 00 +- 00 00 - | 0+ -+ 0+ 0+ - | 00 -- 00 00 - | 00 -- 00 00 - | -- -- -- -- -
  public.case_search_index    -- -- -- -- - | +0 -- -- -- - | +0 -- -- -- - | +0 -- -- -- - | 0+ -- -- -- - | 00 -- -- -- - | +0 -- -- -- - | ++ -- -- -- -
  feed.meta                   -- -- -- -- - | ++ -- -- -- - | ++ -- -- -- - | ++ -- -- -- - | ++ -- -- -- - | ++ -- -- -- - | ++ -- -- -- - | ++ -- -- -- -
  feed.org_feed               -- -- -- -- - | +0 -- -- -- - | +0 -- -- -- - | +0 -- -- -- - | 0+ -- -- -- - | 00 -- -- -- - | +0 -- -- -- - | ++ -- -- -- -
  feed.pending                -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- - | -- -- -- -- -
  feed.change_log             -- -- -- -- - | +0 -- -- -- - | +0 -- -- -- - | +0 -- -- -- - | 0+ -- -- -- - | 00 -- -- -- - | +0 -- -- -- - | ++ -- -- -- -
  gateway.idempotency         -- -- -- -- - | +0 +- +0 +0 - | 00 +- 00 00 - | 00 +- 00 00 - | 0+ -+ 0+ 0+ - | 00 -- 00 00 - | 00 +- 00 00 - | ++ ++ ++ ++ -
`;

/** Table → principal → rights. */
export const RIGHTS: Record<string, Record<Principal, string>> = Object.fromEntries(
  TEXT.trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [table, first, ...rest] = line.trim().split(/ {2,}|(?<=^\S+) +| \| /);
      const cells = [first!, ...rest];
      return [
        table!,
        Object.fromEntries(PRINCIPALS.map((name, index) => [name, cells[index]])) as Record<Principal, string>,
      ];
    }),
);
