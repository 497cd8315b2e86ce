import {
  countLogByHour,
  type SystemHealth as Health,
  type HourOfLog as Hour,
  listFailedCopies,
  listFailedSyncs,
  MAX_HEALTH_HOURS,
  systemHealth,
} from '../../resolvers/dashboards/system-health.ts';
import { readFeedHealth } from '../../subscriptions/feed-health.ts';
import { builder } from '../builder.ts';
import { listCaseNodes } from '../cases/case-list.ts';
import { CaseConnection } from '../cases/connections.ts';
import type { Operation } from '../context.ts';
import { FailedCopies, FailedSyncs } from './failures.ts';
import { FeedHealthType } from './feed-health.ts';

/** Cases shown beside their number, unless the caller says otherwise. */
const SHOWN_CASES = 20;

const HourOfLog = builder.objectRef<Hour>('HourOfLog').implement({
  description: 'What was logged in one hour.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'The beginning of the hour.' }),
    errors: t.exposeInt('errors'),
    warnings: t.exposeInt('warnings'),
  }),
});

const SystemHealth = builder.objectRef<Health>('SystemHealth').implement({
  description: 'The board of whoever looks after the system. Each figure is read only where it is selected.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: 'Where the window begins: at a full hour.' }),
    until: t.expose('now', { type: 'DateTime', description: 'Where it ends: the moment all figures are of.' }),
    errors: t.int({
      description: 'Lines of the system log with level ERROR in the window.',
      resolve: async ({ since }, _, { operation }) => sum(await hoursOf(operation, since), 'errors'),
    }),
    warnings: t.int({
      description: 'Lines with level WARN.',
      resolve: async ({ since }, _, { operation }) => sum(await hoursOf(operation, since), 'warnings'),
    }),
    hours: t.field({
      type: [HourOfLog],
      description: 'Every hour of the window, the oldest first, quiet ones included; the last has not ended.',
      resolve: ({ since }, _, { operation }) => hoursOf(operation, since),
    }),
    feed: t.field({
      type: FeedHealthType,
      nullable: true,
      description: 'Null to an API key that may read neither the organisation nor its cases.',
      resolve: (_, __, { operation }) => readFeedHealth(operation.scope, operation.hub),
    }),
    failedSyncs: t.field({
      type: FailedSyncs,
      description: 'What the helpers’ synchronisation log reports as FAILED or PARTIAL in the window.',
      resolve: ({ since }, _, { operation }) => listFailedSyncs(operation.scope, since),
    }),
    failedCopies: t.field({
      type: FailedCopies,
      description: 'Files whose copy in OneDrive is FAILED now, whenever it failed.',
      resolve: (_, __, { operation }) => listFailedCopies(operation.scope),
    }),
    casesWithoutHelper: t.field({
      type: CaseConnection,
      description: `Active cases opened more than an hour ago that never had a helper. ${SHOWN_CASES} unless \`first\` says otherwise.`,
      args: t.arg.connectionArgs(),
      resolve: ({ casesWithoutHelper: filter }, args, context, info) =>
        listCaseNodes(context, info, { ...paged(args), filter }),
    }),
    staleCases: t.field({
      type: CaseConnection,
      description: `Active cases in which nothing has happened for \`staleDays\`, the longest untouched first; as cases(filter: { staleDays }). ${SHOWN_CASES} unless \`first\` says otherwise.`,
      args: t.arg.connectionArgs(),
      resolve: ({ staleCases: filter }, args, context, info) =>
        listCaseNodes(context, info, {
          ...paged(args),
          filter,
          orderBy: [{ field: 'UPDATED_AT', direction: 'ASC' }],
        }),
    }),
    projectionMismatches: t.field({
      type: CaseConnection,
      description: `Cases that search does not know, or knows by another plate or owner. A cheap look: \`npm run rebuild-search\` compares everything, mends it and says how much it mended. ${SHOWN_CASES} unless \`first\` says otherwise.`,
      args: t.arg.connectionArgs(),
      resolve: ({ projectionMismatches: filter }, args, context, info) =>
        listCaseNodes(context, info, { ...paged(args), filter }),
    }),
  }),
});

builder.queryField('systemHealth', (t) =>
  t.field({
    type: SystemHealth,
    description:
      'Whether the system works: errors by hour, the change feed, what failed, and cases that need a look. For those who hold log.read; cases are those that you may see.',
    args: {
      hours: t.arg.int({
        defaultValue: 24,
        description: `The window, 1 to ${MAX_HEALTH_HOURS} hours, of which the running hour is the last.`,
      }),
      staleDays: t.arg.int({ defaultValue: 14, description: 'After how many days without a change a case is stale.' }),
    },
    resolve: (_, { hours, staleDays }, { operation }) =>
      systemHealth(operation.scope, { hours: hours ?? 24, staleDays: staleDays ?? 14 }),
  }),
);

/** Read once for hours and totals. */
function hoursOf(operation: Operation, since: Date): Promise<Hour[]> {
  return operation.batch(`hoursOfLog ${since.getTime()}`, () => countLogByHour(operation.scope, since));
}

function sum(hours: readonly Hour[], name: 'errors' | 'warnings'): number {
  return hours.reduce((total, hour) => total + hour[name], 0);
}

function paged<Args extends { first?: number | null | undefined; last?: number | null | undefined }>(args: Args): Args {
  return args.first == null && args.last == null ? { ...args, first: SHOWN_CASES } : args;
}
