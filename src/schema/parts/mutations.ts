import { partsRequiredBulkUpsert } from '../../resolvers/parts/parts-required-bulk-upsert.ts';
import { type PartsResultsWritten, partsResultsBulkUpsert } from '../../resolvers/parts/parts-results-bulk-upsert.ts';
import { selectedPartsBulkUpsert } from '../../resolvers/parts/selected-parts-bulk-upsert.ts';
import { bulkPayload } from '../bulk-payload.ts';
import { readId, readItemIds, readOptionalId } from '../ids.ts';
import { writeMutation } from '../write-mutation.ts';
import { PartsRequiredBulkUpsertInput, PartsResultsBulkUpsertInput, SelectedPartsBulkUpsertInput } from './inputs.ts';
import { PartRequired } from './part-required.ts';
import { PartsSearchResult, PartsSearchSession } from './search-session.ts';
import { SelectedPart } from './selected-part.ts';

const PartsResultsBulkUpsertPayload = bulkPayload<{ id: string }, PartsResultsWritten>(
  'PartsResultsBulkUpsertPayload',
  {
    item: 'PartsResultItem',
    field: 'result',
    node: PartsSearchResult,
    read: (context, query) => context.operation.scope.prisma.partsSearchResult.findMany(query),
    fields: (t) => ({
      session: t.prismaField({
        type: PartsSearchSession,
        nullable: true,
        description: 'The session that was joined or made; its id is for the next call.',
        resolve: (query, payload, _, { operation }) =>
          payload.result
            ? operation.scope.prisma.partsSearchSession.findUnique({
                ...query,
                where: { id: payload.result.sessionId },
              })
            : null,
      }),
    }),
  },
);

writeMutation('partsResultsBulkUpsert', {
  description:
    'Gateway parts_results.bulk_upsert. Keeps what suppliers answered to a search for parts. Without sessionId a session is made: sent again without an idempotencyKey, the same call makes another.',
  input: PartsResultsBulkUpsertInput,
  payload: PartsResultsBulkUpsertPayload,
  run: (caller, input) =>
    partsResultsBulkUpsert(caller, {
      ...input,
      caseId: readId(input.caseId, 'Case', ['input', 'caseId']),
      sessionId: readOptionalId(input.sessionId, 'PartsSearchSession', ['input', 'sessionId']),
      results: readItemIds(input.results, 'PartsSearchResult', ['input', 'results']),
    }),
});

const PartsRequiredBulkUpsertPayload = bulkPayload('PartsRequiredBulkUpsertPayload', {
  item: 'PartRequiredItem',
  field: 'part',
  node: PartRequired,
  read: (context, query) => context.operation.scope.prisma.partRequired.findMany(query),
});

writeMutation('partsRequiredBulkUpsert', {
  description:
    'Writes the parts that the damage centres of a case need. The database works out updatedPrice and totalCost. Safe to send again where parts carry the row_uuid of the helper or a part number.',
  input: PartsRequiredBulkUpsertInput,
  payload: PartsRequiredBulkUpsertPayload,
  run: (caller, input) =>
    partsRequiredBulkUpsert(caller, {
      ...input,
      caseId: readId(input.caseId, 'Case', ['input', 'caseId']),
      parts: readItemIds(input.parts, 'PartRequired', ['input', 'parts']),
    }),
});

const SelectedPartsBulkUpsertPayload = bulkPayload('SelectedPartsBulkUpsertPayload', {
  item: 'SelectedPartItem',
  field: 'part',
  node: SelectedPart,
  read: (context, query) => context.operation.scope.prisma.selectedPart.findMany(query),
});

writeMutation('selectedPartsBulkUpsert', {
  description:
    'Writes the parts that were picked for a case, and where each stands. A part is there once, in whichever window and however often it is picked.',
  input: SelectedPartsBulkUpsertInput,
  payload: SelectedPartsBulkUpsertPayload,
  run: (caller, input) =>
    selectedPartsBulkUpsert(caller, {
      ...input,
      caseId: readId(input.caseId, 'Case', ['input', 'caseId']),
      parts: readItemIds(input.parts, 'SelectedPart', ['input', 'parts']),
    }),
});
