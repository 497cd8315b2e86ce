import type { JsonType } from '../../json/json-outline.ts';
import type { WriteSource } from '../../resolvers/caller.ts';
import { HELPER_TRIGGERS, type HelperTrigger } from '../../resolvers/cases/helper-versions.ts';
import { listChangedPaths } from '../../resolvers/cases/list-changed-paths.ts';
import { type OutlineEntry, outlineHelper } from '../../resolvers/cases/outline-helper.ts';
import { Actor, actorInSql } from '../actor.ts';
import { builder } from '../builder.ts';
import { describedValues, WriteSourceEnum } from '../enums.ts';
import { inSql } from '../in-sql.ts';
import { IN_THE_SAVED_ROW, SAME_FOR_ALL } from '../same-for-all.ts';
import { AnyCase } from './any-case.ts';
import { helperJson, helperJsonSql } from './helper-json.ts';

const HelperTriggerEnum = builder.enumType('HelperTrigger', {
  description: 'What made a version.',
  values: describedValues(HELPER_TRIGGERS),
});
const JsonTypeEnum = builder.enumType('JsonType', {
  values: ['OBJECT', 'ARRAY', 'STRING', 'NUMBER', 'BOOLEAN', 'NULL'] as const,
});

const HelperOutlineEntry = builder.objectRef<OutlineEntry>('HelperOutlineEntry').implement({
  description: 'One member of a helper, without its content.',
  fields: (t) => ({
    pointer: t.exposeString('pointer', { description: 'Where it is: a JSON Pointer that `helperJson` takes.' }),
    type: t.field({ type: JsonTypeEnum, resolve: (entry) => entry.type as JsonType }),
    sizeBytes: t.exposeInt('sizeBytes', { description: 'Bytes of its JSON text.' }),
    children: t.exposeInt('children', {
      description: 'Number of its direct members; 0 for a text, number, boolean or null.',
    }),
  }),
});

/** Columns that a save brings back, see SavedVersion. */
const OF_THE_ROW = { ...SAME_FOR_ALL, ...IN_THE_SAVED_ROW };

export const CaseHelper = builder.prismaNode('CaseHelper', {
  description: "One immutable version of a case's helper JSON.",
  id: { field: 'id', extensions: IN_THE_SAVED_ROW },
  nullable: true,
  select: { id: true, caseId: true, version: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID', extensions: OF_THE_ROW }),
    version: t.exposeInt('version', { description: 'Counts from 1 without gaps.', extensions: OF_THE_ROW }),
    isCurrent: t.exposeBoolean('isCurrent'),
    helperJson: t.field({
      type: 'JSON',
      extensions: {
        ...SAME_FOR_ALL,
        ...inSql((row, { pointer }, param) => helperJsonSql(`${row}.helper_json`, pointer ?? '', param)),
      },
      nullable: true,
      description: 'The whole helper, or what a JSON Pointer (RFC 6901) names in it; null where it names nothing.',
      args: { pointer: t.arg.string() },
      resolve: (row, { pointer }, { operation }) => helperJson(operation, 'case_helper', row.id, pointer ?? ''),
    }),
    sizeBytes: t.exposeInt('sizeBytes', { extensions: OF_THE_ROW }),
    contentHash: t.exposeString('contentHash', { extensions: OF_THE_ROW }),
    trigger: t.field({
      type: HelperTriggerEnum,
      extensions: { ...SAME_FOR_ALL, ...inSql((row) => `${row}.trigger`) },
      select: { trigger: true },
      resolve: (row) => row.trigger as HelperTrigger,
    }),
    changedPaths: t.stringList({
      extensions: SAME_FOR_ALL,
      description:
        'The deepest JSON Pointers whose values differ from the version before (an added or removed subtree counts as one), at most 200, in document order.',
      resolve: (row, _, { operation }) => listChangedPaths(operation.scope, row.id),
    }),
    label: t.exposeString('label', { nullable: true, extensions: SAME_FOR_ALL }),
    note: t.exposeString('note', {
      nullable: true,
      extensions: SAME_FOR_ALL,
      description: 'Said by who saved it; of a restore, the reason.',
    }),
    source: t.field({
      type: WriteSourceEnum,
      extensions: inSql((row) => `${row}.source`),
      select: { source: true },
      resolve: (row) => row.source as WriteSource,
    }),
    savedBy: t.field({
      type: Actor,
      nullable: true,
      extensions: actorInSql((row) => `${row}.saved_by`),
      select: { savedBy: true },
      resolve: (row) => row.savedBy,
    }),
    savedAt: t.expose('savedAt', { type: 'DateTime', extensions: OF_THE_ROW }),
    outline: t.field({
      type: [HelperOutlineEntry],
      description:
        'Keys under a pointer with type, size and child count, one level or more, so that a page can load a large helper by section.',
      args: { pointer: t.arg.string(), depth: t.arg.int({ defaultValue: 1 }) },
      resolve: (row, { pointer, depth }, { operation }) =>
        outlineHelper(operation.scope, row.id, pointer ?? '', depth ?? 1),
    }),
    case: t.relation('case', { type: AnyCase }),
  }),
});
