import type { JsonValue } from '../../json/json-value.ts';
import { featureFlagDelete } from '../../resolvers/office/feature-flag-delete.ts';
import { featureFlagsSet } from '../../resolvers/office/feature-flags-set.ts';
import { builder } from '../builder.ts';
import { bulkPayload } from '../bulk-payload.ts';
import { atomicField, keyField, sourceField } from '../input-fields.ts';
import { stampFields } from '../stamp-fields.ts';
import { writeMutation } from '../write-mutation.ts';
import { type WritePayload, WritePayloadInterface } from '../write-payload.ts';

const FeatureFlag = builder.prismaNode('FeatureFlag', {
  name: 'FeatureFlag',
  description: 'A switch of the organisation: whether a feature is on, and with which settings.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    name: t.exposeString('name', { description: 'Unique in the organisation.' }),
    enabled: t.exposeBoolean('enabled'),
    value: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Settings of the feature, if it has any.',
      select: { value: true },
      resolve: (row) => row.value as JsonValue,
    }),
    description: t.exposeString('description', { nullable: true }),
    ...stampFields(t),
  }),
});

builder.queryField('featureFlags', (t) =>
  t.prismaField({
    type: [FeatureFlag],
    description: 'All switches of the organisation, by name.',
    resolve: (query, _, __, { operation }) =>
      operation.scope.prisma.featureFlag.findMany({
        ...query,
        where: { orgId: operation.scope.orgId },
        orderBy: { name: 'asc' },
      }),
  }),
);

const FeatureFlagInput = builder.inputType('FeatureFlagInput', {
  description: 'Matched by name. A field that is null or not sent stays as it is.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 100 letters, digits and the characters _ . : -.' }),
    enabled: t.boolean({ description: 'false unless given.' }),
    value: t.field({ type: 'JSON' }),
    description: t.string(),
  }),
});

const FeatureFlagsSetInput = builder.inputType('FeatureFlagsSetInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    atomic: atomicField(t),
    flags: t.field({ type: [FeatureFlagInput], required: true }),
    source: sourceField(t),
  }),
});

const FeatureFlagsSetPayload = bulkPayload('FeatureFlagsSetPayload', {
  item: 'FeatureFlagSetItem',
  field: 'flag',
  node: FeatureFlag,
  read: (context, query) => context.operation.scope.prisma.featureFlag.findMany(query),
});

writeMutation('featureFlagsSet', {
  description: 'Sets switches of the organisation by their names; takes the permission org.manage.',
  input: FeatureFlagsSetInput,
  payload: FeatureFlagsSetPayload,
  run: featureFlagsSet,
});

const FeatureFlagDeleteInput = builder.inputType('FeatureFlagDeleteInput', {
  fields: (t) => ({ idempotencyKey: keyField(t), name: t.string({ required: true }) }),
});

const FeatureFlagDeletePayload = builder
  .objectRef<WritePayload>('FeatureFlagDeletePayload')
  .implement({ interfaces: [WritePayloadInterface] });

writeMutation('featureFlagDelete', {
  description:
    'Takes a switch away; takes the permission org.manage. UPDATED when it was there, UNCHANGED when it was not.',
  input: FeatureFlagDeleteInput,
  payload: FeatureFlagDeletePayload,
  run: featureFlagDelete,
});
