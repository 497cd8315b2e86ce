import type { JsonValue } from '../../json/json-value.ts';
import { devTestCaseDelete } from '../../resolvers/office/dev-test-case-delete.ts';
import {
  DEV_TEST_STATUSES,
  type DevTestStatus,
  devTestCasesUpsert,
  TEST_CASES_OF_ORG,
  testCaseConditions,
} from '../../resolvers/office/dev-test-cases-upsert.ts';
import { builder } from '../builder.ts';
import { bulkPayload } from '../bulk-payload.ts';
import { describedValues } from '../enums.ts';
import { readItemIds } from '../ids.ts';
import { atomicField, keyField, sourceField } from '../input-fields.ts';
import { loadRows, rowConnection } from '../row-connection.ts';
import { stampFields } from '../stamp-fields.ts';
import { writeMutation } from '../write-mutation.ts';
import { type WritePayload, WritePayloadInterface } from '../write-payload.ts';

const DevTestStatusEnum = builder.enumType('DevTestStatus', { values: describedValues(DEV_TEST_STATUSES) });

const DevTestCase = builder.prismaNode('DevTestCase', {
  name: 'DevTestCase',
  description: "One of the developers' test cases: what goes in, what should come out, and what came.",
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    testName: t.exposeString('testName', { description: 'Unique in the organisation.' }),
    testData: t.field({
      type: 'JSON',
      nullable: true,
      select: { testData: true },
      resolve: (row) => row.testData as JsonValue,
    }),
    expectedResult: t.field({
      type: 'JSON',
      nullable: true,
      select: { expectedResult: true },
      resolve: (row) => row.expectedResult as JsonValue,
    }),
    actualResult: t.field({
      type: 'JSON',
      nullable: true,
      select: { actualResult: true },
      resolve: (row) => row.actualResult as JsonValue,
    }),
    status: t.field({
      type: DevTestStatusEnum,
      select: { status: true },
      resolve: (row) => row.status as DevTestStatus,
    }),
    ...stampFields(t),
  }),
});

const DevTestCaseConnection = rowConnection(DevTestCase, 'DevTestCase', 'Test cases that fit');

builder.queryField('devTestCases', (t) =>
  t.field({
    type: DevTestCaseConnection,
    description: "The developers' test cases of the organisation, oldest first.",
    args: { ...t.arg.connectionArgs(), status: t.arg({ type: DevTestStatusEnum }) },
    resolve: (_, args, context, info) =>
      loadRows(context, info, {
        list: TEST_CASES_OF_ORG,
        parent: [context.operation.scope.orgId],
        args,
        where: testCaseConditions(args),
        typeName: 'DevTestCase',
        read: (query) => context.operation.scope.prisma.devTestCase.findMany(query),
      }),
  }),
);

const DevTestCaseInput = builder.inputType('DevTestCaseInput', {
  description:
    'Matched by id, else testName; a new one needs a testName. A field that is null or not sent stays as it is.',
  fields: (t) => ({
    id: t.id(),
    testName: t.string(),
    testData: t.field({ type: 'JSON' }),
    expectedResult: t.field({ type: 'JSON' }),
    actualResult: t.field({ type: 'JSON' }),
    status: t.field({ type: DevTestStatusEnum, description: 'PENDING unless given.' }),
  }),
});

const DevTestCasesUpsertInput = builder.inputType('DevTestCasesUpsertInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    atomic: atomicField(t),
    testCases: t.field({ type: [DevTestCaseInput], required: true }),
    source: sourceField(t),
  }),
});

const DevTestCasesUpsertPayload = bulkPayload('DevTestCasesUpsertPayload', {
  item: 'DevTestCaseUpsertItem',
  field: 'testCase',
  node: DevTestCase,
  read: (context, query) => context.operation.scope.prisma.devTestCase.findMany(query),
});

writeMutation('devTestCasesUpsert', {
  description: "Writes the developers' test cases of the organisation; takes the permission dev.write.",
  input: DevTestCasesUpsertInput,
  payload: DevTestCasesUpsertPayload,
  run: (caller, input) =>
    devTestCasesUpsert(caller, {
      ...input,
      testCases: readItemIds(input.testCases, 'DevTestCase', ['input', 'testCases']),
    }),
});

const DevTestCaseDeleteInput = builder.inputType('DevTestCaseDeleteInput', {
  fields: (t) => ({ idempotencyKey: keyField(t), testName: t.string({ required: true }) }),
});

const DevTestCaseDeletePayload = builder
  .objectRef<WritePayload>('DevTestCaseDeletePayload')
  .implement({ interfaces: [WritePayloadInterface] });

writeMutation('devTestCaseDelete', {
  description:
    'Takes a test case away; takes the permission dev.write. UPDATED when it was there, UNCHANGED when it was not.',
  input: DevTestCaseDeleteInput,
  payload: DevTestCaseDeletePayload,
  run: devTestCaseDelete,
});
