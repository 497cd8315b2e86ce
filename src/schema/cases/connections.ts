import { builder } from '../builder.ts';
import type { Connection } from '../paging.ts';
import { Case } from './case.ts';
import { CaseHelper } from './case-helper.ts';

export const CaseConnection = builder.connectionObject(
  {
    type: Case,
    name: 'CaseConnection',
    fields: (t) => ({
      totalCount: t.int({
        description: 'Cases that fit the filter, on all pages. Counted only when selected.',
        resolve: (page) => (page as unknown as Connection<unknown>).countTotal(),
      }),
    }),
  },
  { name: 'CaseEdge' },
);

export const CaseHelperConnection = builder.connectionObject(
  {
    type: CaseHelper,
    name: 'CaseHelperConnection',
    fields: (t) => ({
      totalCount: t.int({
        description: 'Versions of the case, on all pages. Counted only when selected.',
        resolve: (page) => (page as unknown as Connection<unknown>).countTotal(),
      }),
    }),
  },
  { name: 'CaseHelperEdge' },
);
