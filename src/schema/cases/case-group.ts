import { CASE_GROUPS, type CaseGroup } from '../../resolvers/cases/case-groups.ts';
import { builder } from '../builder.ts';

export const CaseGroupEnum = builder.enumType('CaseGroup', {
  description: 'What cases are counted by.',
  values: Object.fromEntries(
    Object.entries(CASE_GROUPS).map(([name, { description }]) => [name, { description }]),
  ) as Record<CaseGroup, { description: string }>,
});

export const CaseGroupFilter = builder.inputType('CaseGroupFilter', {
  description: 'The cases behind one line of caseCounts: its groupBy and its key.',
  fields: (t) => ({
    groupBy: t.field({ type: CaseGroupEnum, required: true }),
    key: t.string({ description: 'As caseCounts answered it; null or left out for the cases that have none.' }),
  }),
});
