import { builder } from '../builder.ts';
import { atomicField, keyField, sourceField } from '../input-fields.ts';
import { STATUS_VALUES } from './part-required.ts';
import { PartDataSourceEnum, SelectedPartStatusEnum } from './selected-part.ts';

const PartsResultInput = builder.inputType('PartsResultInput', {
  description:
    'Matched by id, else supplier and searchQuery within the session; one of the two that is missing equals one that is missing. With neither it is always a new result.',
  fields: (t) => ({
    id: t.id(),
    supplier: t.string(),
    searchQuery: t.field({
      type: 'JSON',
      description: 'What the supplier was asked; equal JSON is the same question.',
    }),
    results: t.field({ type: 'JSON', required: true, description: 'The answer, kept as it comes.' }),
    responseTimeMs: t.int({ description: 'How long the supplier took, in milliseconds.' }),
  }),
});

export const PartsResultsBulkUpsertInput = builder.inputType('PartsResultsBulkUpsertInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    sessionId: t.id({ description: 'A search of this case to add to; without it one is made.' }),
    searchContext: t.field({
      type: 'JSON',
      description: 'What was searched with: vehicle, damage centres, words. Replaces what the session has.',
    }),
    atomic: atomicField(t),
    results: t.field({ type: [PartsResultInput], required: true }),
    source: sourceField(t),
  }),
});

const PartRequiredInput = builder.inputType('PartRequiredInput', {
  description:
    "Matched by id (the helper's row_uuid, or the part's own), else damageCenterCode and partNumber. An id that is not known yet becomes the new part's rowUuid; one of a part of another case is a DUPLICATE.",
  fields: (t) => ({
    id: t.id(),
    damageCenterCode: t.string({ description: 'The `Id` of the damage centre in the helper.' }),
    partNumber: t.string(),
    partName: t.string(),
    manufacturer: t.string(),
    quantity: t.int({ description: '0 to 100,000; 1 unless given.' }),
    unitPrice: t.field({ type: 'Decimal', description: 'Price of one, before reduction and wear.' }),
    reductionPercentage: t.field({ type: 'Decimal', description: 'Discount in percent, 0 to 100; 0 unless given.' }),
    wearPercentage: t.field({
      type: 'Decimal',
      description: 'Deducted for wear in percent, 0 to 100, of the reduced price; 0 unless given.',
    }),
    selectedSupplier: t.string(),
    status: t.string({ description: `${STATUS_VALUES} PENDING unless given.` }),
    metadata: t.field({ type: 'JSON', description: 'Whatever else is to be kept with the part.' }),
  }),
});

export const PartsRequiredBulkUpsertInput = builder.inputType('PartsRequiredBulkUpsertInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    atomic: atomicField(t),
    parts: t.field({ type: [PartRequiredInput], required: true }),
    source: sourceField(t),
  }),
});

const SelectedPartInput = builder.inputType('SelectedPartInput', {
  description:
    'Matched by id, else dataSource, supplier, partNumber and partName within the case; a supplier or number that is missing equals one that is missing. Without an id dataSource and partName are needed.',
  fields: (t) => ({
    id: t.id(),
    damageCenterCode: t.string({ description: 'The `Id` of the damage centre in the helper.' }),
    dataSource: t.field({ type: PartDataSourceEnum }),
    supplier: t.string(),
    partNumber: t.string(),
    partName: t.string(),
    manufacturer: t.string(),
    quantity: t.int({ description: '0 to 100,000; 1 unless given.' }),
    unitPrice: t.field({ type: 'Decimal' }),
    status: t.field({
      type: SelectedPartStatusEnum,
      description:
        'SELECTED for a new part unless given. A part that was REMOVED stays so until another status is sent.',
    }),
    rawData: t.field({ type: 'JSON', description: 'The answer it was picked from, kept as it comes.' }),
  }),
});

export const SelectedPartsBulkUpsertInput = builder.inputType('SelectedPartsBulkUpsertInput', {
  fields: (t) => ({
    idempotencyKey: keyField(t),
    caseId: t.id({ required: true }),
    atomic: atomicField(t),
    parts: t.field({ type: [SelectedPartInput], required: true }),
    source: sourceField(t),
  }),
});
