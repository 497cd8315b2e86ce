import type { ObjectRef } from '@pothos/core';
import { type BulkItem, BulkRefusal, type BulkResult } from '../resolvers/bulk-upsert.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { readsData } from './marked-selection.ts';
import { selectionOfNodes } from './paging.ts';
import type { RowQuery } from './row-connection.ts';
import { IN_THE_PAYLOAD } from './same-for-all.ts';
import { UserError, WriteOutcomeEnum, type WritePayload, WritePayloadInterface } from './write-payload.ts';

type SchemaTypes = typeof builder.$inferSchemaTypes;

export interface BulkPayload<Row extends { id: string }, Result extends BulkResult> {
  /** Name of the item's type, as FileUpsertItem. */
  readonly item: string;
  /** Field of the item that is the row, as file. */
  readonly field: string;
  readonly node: ObjectRef<SchemaTypes, Row>;
  /** Reads the rows with Prisma. `select` holds what the caller selected. */
  readonly read: (context: Context, query: RowQuery) => Promise<Row[]>;
  /** Fields beside `items`. */
  readonly fields?: (t: PayloadFields<Result>) => object;
}

type PayloadFields<Result extends BulkResult> = PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, WritePayload<Result>>;

type LoadedItem<Row> = BulkItem & { readonly row: Row | null };

/** Declares the payload of a bulk write: an answer for each item, in the order of the input, the rows read by one statement. */
export function bulkPayload<Row extends { id: string }, Result extends BulkResult = BulkResult>(
  name: string,
  { item, field, node, read, fields }: BulkPayload<Row, Result>,
) {
  const Item = builder.objectRef<LoadedItem<Row>>(item).implement({
    description: 'What became of one item of the call.',
    fields: (t) => ({
      index: t.exposeInt('index', { extensions: IN_THE_PAYLOAD, description: 'Its place in the input, from 0.' }),
      outcome: t.field({ type: WriteOutcomeEnum, extensions: IN_THE_PAYLOAD, resolve: (one) => one.outcome }),
      [field]: t.field({ type: node, nullable: true, resolve: (one) => one.row as never }),
      userErrors: t.field({
        type: [UserError],
        extensions: IN_THE_PAYLOAD,
        resolve: (one) => one.errors.map((error) => ({ ...error })),
      }),
    }),
  });
  return builder.objectRef<WritePayload<Result>>(name).implement({
    // TypeScript can not see through a result that is a parameter here.
    interfaces: [WritePayloadInterface] as never,
    fields: (t) => ({
      ...(fields?.(t as unknown as PayloadFields<Result>) ?? {}),
      items: t.field({
        type: [Item],
        // As far as its fields are.
        extensions: IN_THE_PAYLOAD,
        description: 'One for each item sent, in the same order.',
        resolve: async (payload, _, context, info) => {
          const items = itemsOf(payload);
          if (!readsData(info)) return items.map((one) => ({ ...one, row: null }));
          const ids = items.flatMap(({ id }) => id ?? []);
          const { select } = selectionOfNodes(context, info, node.name, { id: true }, [[field]]);
          const rows = ids.length > 0 ? await read(context, { select, where: { id: { in: ids } } }) : [];
          const byId = new Map(rows.map((row) => [row.id, row]));
          return items.map((one) => ({ ...one, row: (one.id && byId.get(one.id)) || null }));
        },
      }),
    }),
  });
}

function itemsOf({ result, refusal }: WritePayload<BulkResult>): readonly BulkItem[] {
  return result?.items ?? (refusal instanceof BulkRefusal ? refusal.items : []);
}
