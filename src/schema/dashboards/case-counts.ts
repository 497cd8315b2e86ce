import {
  type CaseCount as Count,
  type CaseCounts as Counts,
  caseCounts,
  DEFAULT_GROUPS,
  MAX_GROUPS,
} from '../../resolvers/dashboards/case-counts.ts';
import { builder } from '../builder.ts';
import { CaseFilterInput, readCaseFilter } from '../cases/case-filter.ts';
import { CaseGroupEnum } from '../cases/case-group.ts';

const CaseCount = builder.objectRef<Count>('CaseCount').implement({
  description: 'How many cases have one key.',
  fields: (t) => ({
    key: t.exposeString('key', {
      nullable: true,
      description: 'Tells the group to programs; null for the cases that have none.',
    }),
    label: t.exposeString('label', {
      nullable: true,
      description:
        "Tells the group to people: a status in Hebrew, an assignee's name, else the key. Null without a key or a name.",
    }),
    count: t.exposeInt('count'),
    activeCount: t.exposeInt('activeCount', { description: 'Those of them that are active.' }),
  }),
});

const CaseCounts = builder.objectRef<Counts>('CaseCounts').implement({
  description: 'Cases counted by group.',
  fields: (t) => ({
    total: t.exposeInt('total', { description: 'Cases that fit the filter, those of groups left off included.' }),
    groupCount: t.exposeInt('groupCount', { description: 'Groups there are, those left off included.' }),
    groups: t.field({
      type: [CaseCount],
      description: 'The largest first; months in the order of time.',
      resolve: (counts) => [...counts.groups],
    }),
  }),
});

builder.queryField('caseCounts', (t) =>
  t.field({
    type: CaseCounts,
    description:
      'The cases that you may see, counted by status, assignee, garage, insurer, type of damage or month. The cases behind a line: cases(filter: { groups: [{ groupBy, key }] }) with the same filter beside it.',
    args: {
      groupBy: t.arg({ type: CaseGroupEnum, required: true }),
      filter: t.arg({ type: CaseFilterInput, description: 'Which cases are counted, as in `cases`.' }),
      first: t.arg.int({
        description: `How many groups, 1 to ${MAX_GROUPS}; ${DEFAULT_GROUPS} unless given. Of months the latest.`,
      }),
    },
    resolve: (_, { groupBy, filter, first }, { operation }) =>
      caseCounts(operation.scope, { groupBy, filter: readCaseFilter(filter), first }),
  }),
);
