import { expect, test } from 'vitest';
import { lineOfStatement } from '../../src/db/migrations/statement-lines.ts';

test.each([
  ['select 1;\nselect 2;', 1, 2],
  ['-- ;\n/* ; /* nested; */ ; */ select 1;\n\n\nselect 2', 1, 5],
  ["select ';\n', e'\\';\n';\nselect 2", 1, 4],
  ['select $a$;\n$b$;\n$a$;\nselect 2', 1, 4],
  ['create function f() returns int begin atomic\nselect case when true then 1 end;\nend;\nselect 2', 1, 4],
  ['create rule r as on insert to t do (select 1;\nselect 2);\nselect 3', 1, 3],
  [';;\nselect 1;\n', 0, 2],
])('line of a statement: %j [%i] is %i', (script, index, line) => {
  expect(lineOfStatement(script, index)).toBe(line);
});
