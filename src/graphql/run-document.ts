import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Operation } from '../schema/context.ts';
import { toClientError, withHttpStatus } from './client-error.ts';
import { createContext, type GraphqlOptions, type RequestFacts, type Yoga } from './yoga.ts';

/** A result, and the operation it is of; null where nobody could be told who asks. */
export interface RanDocument {
  readonly result: ExecutionResult;
  readonly operation: Operation | null;
}

/** Runs a document of ours for a request that is not GraphQL. It never rejects: failures are errors of the result. */
export type RunDocument = (
  facts: RequestFacts,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
) => Promise<RanDocument>;

/** The engine of /graphql for such documents: the same sign-in, scopes, masking and plugins. They are valid, so they are not validated. */
export function createRunDocument(yoga: Yoga, options: GraphqlOptions): RunDocument {
  return async (facts, document, variableValues) => {
    let operation: Operation | null = null;
    try {
      const context = await createContext(options, facts, { isOwnDocument: true });
      operation = context.operation;
      const { schema, contextFactory, execute } = yoga.getEnveloped({ ...context, takesText: false } as never);
      const result = await execute({ schema, document, variableValues, contextValue: await contextFactory() });
      return { result: result as ExecutionResult, operation };
    } catch (error) {
      const requestId = facts.get('x-request-id') ?? '';
      return { result: { errors: [withHttpStatus(toClientError(error, requestId, options.log))] }, operation };
    }
  };
}
