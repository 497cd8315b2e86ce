import type { JsonValue } from '../../json/json-value.ts';
import {
  LOG_LEVELS,
  type LogLevel,
  SYSTEM_LOGS_OF_ORG,
  systemLogConditions,
  systemLogsAdd,
} from '../../resolvers/office/system-logs-add.ts';
import { builder } from '../builder.ts';
import { bulkPayload } from '../bulk-payload.ts';
import { describedValues } from '../enums.ts';
import { atomicField, keyField, sourceField } from '../input-fields.ts';
import { loadRows, rowConnection } from '../row-connection.ts';
import { stampFields } from '../stamp-fields.ts';
import { writeMutation } from '../write-mutation.ts';

const LogLevelEnum = builder.enumType('LogLevel', { values: describedValues(LOG_LEVELS) });

const SystemLog = builder.prismaNode('SystemLog', {
  name: 'SystemLog',
  description: "A line of the organisation's log: what its pages and scenarios report. It is kept for 90 days.",
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    logLevel: t.field({
      type: LogLevelEnum,
      select: { logLevel: true },
      resolve: (row) => row.logLevel as LogLevel,
    }),
    component: t.exposeString('component', { description: 'What reported it, as MAKE_SYNC or UI.' }),
    message: t.exposeString('message'),
    context: t.field({
      type: 'JSON',
      nullable: true,
      select: { context: true },
      resolve: (row) => row.context as JsonValue,
    }),
    ...stampFields(t),
  }),
});

const SystemLogConnection = rowConnection(SystemLog, 'SystemLog', 'Lines that fit the filter');

const SystemLogFilter = builder.inputType('SystemLogFilter', {
  description: 'All that is given must hold.',
  fields: (t) => ({
    level: t.field({ type: LogLevelEnum }),
    component: t.string(),
    since: t.field({ type: 'DateTime', description: 'Reported at this time or later.' }),
  }),
});

builder.queryField('systemLogs', (t) =>
  t.field({
    type: SystemLogConnection,
    description:
      "The organisation's log, newest first: all of it with the permission log.read, else the lines you added yourself.",
    args: { ...t.arg.connectionArgs(), filter: t.arg({ type: SystemLogFilter }) },
    resolve: (_, args, context, info) =>
      loadRows(context, info, {
        list: SYSTEM_LOGS_OF_ORG,
        parent: [context.operation.scope.orgId],
        args,
        where: systemLogConditions(args.filter ?? {}),
        typeName: 'SystemLog',
        read: (query) => context.operation.scope.prisma.systemLog.findMany(query),
      }),
  }),
);

const SystemLogInput = builder.inputType('SystemLogInput', {
  description:
    'Stored as it is sent and shown to whoever may read the log: leave out secrets and what is private. Always added: the same line sent twice without an idempotency key is there twice.',
  fields: (t) => ({
    logLevel: t.field({ type: LogLevelEnum, required: true }),
    component: t.string({ required: true, description: 'What reports it, as MAKE_SYNC or UI.' }),
    message: t.string({ required: true }),
    context: t.field({ type: 'JSON' }),
  }),
});

const SystemLogsAddInput = builder.inputType('SystemLogsAddInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    atomic: atomicField(t),
    logs: t.field({ type: [SystemLogInput], required: true }),
    source: sourceField(t),
  }),
});

const SystemLogsAddPayload = bulkPayload('SystemLogsAddPayload', {
  item: 'SystemLogsAddItem',
  field: 'log',
  node: SystemLog,
  read: (context, query) => context.operation.scope.prisma.systemLog.findMany(query),
});

writeMutation('systemLogsAdd', {
  description:
    "Adds lines to the organisation's log; takes the permission log.write. Lines are never changed and are gone after 90 days.",
  input: SystemLogsAddInput,
  payload: SystemLogsAddPayload,
  run: systemLogsAdd,
});
