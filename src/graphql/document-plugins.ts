import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../schema/context.ts';
import { assertReadableDocument } from './limits/document-text.ts';
import type { Guard } from './limits/guard.ts';
import { requestIdOf } from './request-id.ts';

/** A document may be named instead of sent. */
export function namedDocuments({ persisted }: Guard): Plugin {
  return {
    onParams: ({ params, setParams }) => {
      if (typeof params !== 'object' || params === null || params.query) return;
      const { documentId: _, ...rest } = params as typeof params & { documentId?: unknown };
      setParams({ ...rest, query: persisted.textOf(params) as string });
    },
  };
}

/** Refuses documents that are too long or too deep to be read. Those that were read are kept, and are not asked about again. */
export function readableDocuments({ limits }: Guard): Plugin {
  return {
    onParse: ({ parseFn, setParseFn }) =>
      setParseFn((source: string, options: object) => {
        assertReadableDocument(source, limits);
        return parseFn(source, options);
      }),
  };
}

/** Complaints about a document carry a code of ours and the request's id, as every other error does. */
export function codedValidation(hidesSuggestions: boolean): Plugin {
  return {
    onValidate: ({ context, validateFn, setValidationFn }) => {
      if (hidesSuggestions)
        setValidationFn(((schema: never, document: never, rules: never, options: object, info: never) =>
          validateFn(schema, document, rules, { ...options, hideSuggestions: true }, info)) as typeof validateFn);
      return ({ valid, result, setResult }) => {
        if (valid) return;
        const { operation, request } = context as Partial<Context> & { request?: Request };
        const requestId = operation?.requestId ?? requestIdOf(request?.headers.get('x-request-id') ?? null);
        const extensions = { code: 'VALIDATION_FAILED', requestId };
        // Copies: what was found is kept with the document, for the next request that sends it.
        setResult(
          (result as GraphQLError[]).map(
            ({ message, nodes }) => new GraphQLError(message, { nodes: nodes ?? null, extensions }),
          ),
        );
      };
    },
  };
}
