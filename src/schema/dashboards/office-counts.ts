import DataLoader from 'dataloader';
import { OFFICE_COUNTS, type OfficeCount, officeCounts } from '../../resolvers/dashboards/office-counts.ts';
import { builder } from '../builder.ts';
import type { Operation } from '../context.ts';

const OfficeCounts = builder.objectRef<object>('OfficeCounts').implement({
  description:
    "Numbers for the office's board, each of what you may see: an assessor's are of the cases that are his. Only what is selected is counted.",
  fields: (t) =>
    Object.fromEntries(
      (Object.keys(OFFICE_COUNTS) as OfficeCount[]).map((name) => [
        name,
        t.int({
          description: OFFICE_COUNTS[name].description,
          resolve: (_, __, { operation }) => loaderOf(operation).load(name),
        }),
      ]),
    ),
});

builder.queryField('officeCounts', (t) =>
  t.field({
    type: OfficeCounts,
    description: 'What there is to do in the organisation, in numbers.',
    resolve: () => ({}),
  }),
);

/** The numbers selected, in one statement. */
function loaderOf(operation: Operation): DataLoader<OfficeCount, number> {
  return operation.batch(
    'officeCounts',
    () => new DataLoader<OfficeCount, number>(async (names) => officeCounts(operation.scope, names)),
  );
}
