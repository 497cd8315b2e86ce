import { Refusal } from '../../errors.ts';
import { diffChanges, diffPaths, type JsonChange } from '../../json/json-diff.ts';
import { toPatch } from '../../json/json-patch.ts';
import type { JsonValue } from '../../json/json-value.ts';
import { caseHelperDiff, type HelperDiff as Diff } from '../../resolvers/cases/case-helper-diff.ts';
import { builder } from '../builder.ts';
import { ChangeKindEnum } from '../enums.ts';
import { readId } from '../ids.ts';

const MAX_CHANGES = 1_000;

const HelperChange = builder.objectRef<JsonChange>('HelperChange').implement({
  description: 'One place that differs between two versions of a helper.',
  fields: (t) => ({
    pointer: t.exposeString('pointer', {
      description: 'Where: a JSON Pointer, of the version compared with or, for what is DELETED, of the one before.',
    }),
    kind: t.field({ type: ChangeKindEnum, resolve: (change) => change.kind }),
    before: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The value before. Null for what is CREATED, and for a null.',
      resolve: (change) => change.before ?? null,
    }),
    after: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The value after. Null for what is DELETED, and for a null.',
      resolve: (change) => change.after ?? null,
    }),
  }),
});

const HelperDiff = builder.objectRef<Diff>('HelperDiff').implement({
  description: 'What changed between two versions: an RFC 6902 patch from the one to the other.',
  fields: (t) => ({
    fromVersion: t.exposeInt('fromVersion'),
    toVersion: t.exposeInt('toVersion'),
    patch: t.field({
      type: 'JSON',
      description:
        'RFC 6902 operations that turn the helper of fromVersion into that of toVersion; members of arrays are matched by their ids where all have one. caseHelperPatch takes up to 1,000 of them.',
      resolve: ({ before, after }) => toPatch(before, after) as unknown as JsonValue,
    }),
    changedPaths: t.stringList({
      description:
        'The deepest JSON Pointers whose values differ (an added or removed subtree counts as one), at most 200, in document order. Arrays are compared index by index.',
      resolve: ({ before, after }) => diffPaths(before, after).paths,
    }),
    changes: t.field({
      type: [HelperChange],
      description: `The same places with both values; the first 200 unless told, at most ${MAX_CHANGES.toLocaleString('en')}.`,
      args: { first: t.arg.int({ defaultValue: 200 }) },
      resolve: ({ before, after }, { first }) => diffChanges(before, after, readFirst(first ?? 200)),
    }),
  }),
});

builder.queryField('caseHelperDiff', (t) =>
  t.field({
    type: HelperDiff,
    nullable: true,
    description:
      'What differs between two versions of a helper. Version 0 is the empty helper; fromVersion may be the later one. NOT_FOUND names the version there is none of.',
    args: {
      caseId: t.arg.id({ required: true }),
      fromVersion: t.arg.int({ required: true }),
      toVersion: t.arg.int({ required: true }),
    },
    resolve: (_, { caseId, ...versions }, { operation }) =>
      caseHelperDiff(operation.scope, { caseId: readId(caseId, 'Case', ['caseId']), ...versions }),
  }),
);

function readFirst(first: number): number {
  if (first >= 1 && first <= MAX_CHANGES) return first;
  throw new Refusal('VALIDATION_FAILED', `first must be from 1 to ${MAX_CHANGES}.`, ['first']);
}
