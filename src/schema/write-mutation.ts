import type { InputObjectRef, ObjectRef } from '@pothos/core';
import { type GraphQLObjectType, type GraphQLResolveInfo, type GraphQLSchema, getNamedType } from 'graphql';
import { translateDatabaseError } from '../db/database-error.ts';
import { Refusal } from '../errors.ts';
import type { Caller } from '../resolvers/caller.ts';
import type { Recorded, WriteResult } from '../resolvers/write-result.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { readsData } from './marked-selection.ts';
import { assertMayCall } from './operation-rights.ts';
import { outcomeOf, refusalsOf, type WritePayload } from './write-payload.ts';

type SchemaTypes = typeof builder.$inferSchemaTypes;

export interface WriteMutation<Input extends object, Result extends WriteResult> {
  readonly description: string;
  readonly input: InputObjectRef<SchemaTypes, Input>;
  readonly payload: ObjectRef<SchemaTypes, WritePayload<Result>>;
  /** The operation, with ids made UUIDs. */
  readonly run: (caller: Caller, input: Input, schema: GraphQLSchema) => Promise<Recorded<Result> | Result>;
}

/** Declares a mutation field: one operation, one `input`, one payload. */
export function writeMutation<Input extends object, Result extends WriteResult>(
  name: string,
  { description, input, payload, run }: WriteMutation<Input, Result>,
): void {
  builder.mutationField(name, (t) =>
    t.field({
      type: payload,
      description,
      args: { input: t.arg({ type: input, required: true }) },
      // Pothos can't tell the shape of arguments whose type is a parameter here.
      resolve: async (_, args, context, info) => {
        const written = await runWrite(context, info, (args as unknown as { input: Input }).input, (caller, given) => {
          assertMayCall(context.operation, name);
          return run(caller, given, info.schema);
        });
        context.operation.writes.push({
          responseKey: String(info.path.key),
          field: name,
          outcome: outcomeOf(written),
          replayed: written.result?.idempotency?.replayed ?? false,
          findRefusal: () => refusalsOf(written)[0]?.code ?? null,
        });
        return written as never;
      },
    }),
  );
}

/**
 * Runs an operation as a mutation field: its write in a transaction of its own, a refusal as data, and a fresh read scope
 * for what the payload selects beyond what the write came to.
 */
async function runWrite<Input extends object, T extends WriteResult>(
  context: Context,
  info: GraphQLResolveInfo,
  input: Input,
  run: (caller: Caller, input: Input) => Promise<Recorded<T> | T>,
): Promise<WritePayload<T>> {
  const { operation } = context;
  await operation.closeRead();
  const type = getNamedType(info.returnType) as GraphQLObjectType;
  const payload = await attempt(type.name, async () => {
    const { caller } = operation;
    assertStorableTexts(input);
    return run(caller, input);
  });
  if (readsData(info, !!payload.result?.saved)) await operation.openRead();
  return payload;
}

async function attempt<T extends WriteResult>(
  typename: string,
  run: () => Promise<Recorded<T> | T>,
): Promise<WritePayload<T>> {
  try {
    return { typename, result: { idempotency: null, ...(await run()) }, refusal: null };
  } catch (error) {
    const translated = translateDatabaseError(error);
    if (translated instanceof Refusal) return { typename, result: null, refusal: translated };
    throw translated;
  }
}

/** @throws Refusal VALIDATION_FAILED for a text that would be stored otherwise than it was sent, naming its field */
function assertStorableTexts(input: object): void {
  for (const [name, value] of Object.entries(input)) {
    if (typeof value !== 'string' || (!value.includes('\0') && value.isWellFormed())) continue;
    throw new Refusal('VALIDATION_FAILED', 'Text can not hold the character U+0000 or half a surrogate pair.', [
      'input',
      name,
    ]);
  }
}
