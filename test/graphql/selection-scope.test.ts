import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { readSelectionScope } from '../../src/graphql/selection-scope.ts';
import { schema } from '../../src/schema/index.ts';

const scopeOf = (text: string) => readSelectionScope(schema, parse(text), undefined);
const changed = (selection: string, more = '') =>
  `subscription ($caseId: ID!, $after: Int, $pointer: String, $with: Boolean = true) {
     caseHelperChanged(caseId: $caseId, afterVersion: $after) { ${selection} } } ${more}`;

test.for([
  ['names of types', '__typename'],
  ['what every event carries', '... on FeedReady { cursor currentVersion } ... on FeedHeartbeat { cursor at }'],
  ['a version and what changed', '... on HelperVersionSaved { cursor version previousVersion changedPaths patch }'],
  ['its content', '... on HelperVersionSaved { helper { version contentHash helperJson(pointer: $pointer) savedAt } }'],
  ['the same by fragments', '...Saved'],
])('%s: the same for all who see the case', ([, selection]) => {
  const fragment = selection === '...Saved' ? 'fragment Saved on HelperVersionSaved { version helper { note } }' : '';
  expect(scopeOf(changed(selection!, fragment)).sameForAll).toBe(true);
});

test.for([
  ['who saved it, whose name not everybody sees', '... on HelperVersionSaved { helper { savedBy { name } } }'],
  ['whether it is the current version, which passes', '... on HelperVersionSaved { helper { isCurrent } }'],
  ['the case around it', '... on HelperVersionSaved { version helper { case { id } } }'],
  ['the same hidden in a fragment of a fragment', '...Outer'],
])('%s: asked for each caller', ([, selection]) => {
  const fragments =
    selection === '...Outer'
      ? 'fragment Outer on CaseHelperChange { ...Inner } fragment Inner on HelperVersionSaved { helper { savedBy { id } } }'
      : '';
  expect(scopeOf(changed(selection!, fragments)).sameForAll).toBe(false);
});

test('an entry of the feed is the same for all, but for its row and its author', () => {
  const feed = (selection: string) => scopeOf(`subscription { feed { ... on FeedChange { ${selection} } } }`);
  expect(feed('cursor kind entity entityId entityIds changedFields caseId version requestId at').sameForAll).toBe(true);
  expect(feed('cursor node { id }').sameForAll).toBe(false);
  expect(feed('actor { id }').sameForAll).toBe(false);
});

test('variables that choose where a subscription begins make no difference to an event; those in the selection do', () => {
  expect(scopeOf(changed('... on HelperVersionSaved { version }')).variables).toEqual([]);
  const used = changed('... on HelperVersionSaved @include(if: $with) { helper { helperJson(pointer: $pointer) } }');
  expect(scopeOf(used).variables).toEqual(['pointer', 'with']);
  const inFragment = changed(
    '...Part',
    'fragment Part on HelperVersionSaved { helper { helperJson(pointer: $pointer) } }',
  );
  expect(scopeOf(inFragment).variables).toEqual(['pointer']);
});

test('only events of which something is selected that is not in them are read from the database', () => {
  const of = (selection: string) => [...scopeOf(changed(selection)).readsDataOf];
  expect(
    of('__typename ... on FeedReady { cursor } ... on HelperVersionSaved { cursor version previousVersion }'),
  ).toEqual([]);
  expect(of('... on FeedHeartbeat { at } ... on HelperVersionSaved { patch }')).toEqual(['HelperVersionSaved']);
  expect(of('... on CaseHelperChange { ... on HelperVersionSaved { helper { version } } }')).toEqual([
    'HelperVersionSaved',
  ]);
});
