import type { CodegenConfig } from '@graphql-codegen/cli';

/** Prints schema.graphql from the code, and from it the client's types and the list of its documents. The files are committed: their diff is the review of the API. */
const config: CodegenConfig = {
  schema: 'src/schema/index.ts',
  generates: {
    'schema.graphql': { plugins: ['schema-ast'], config: { includeDirectives: true, sort: false } },
    'src/client/generated/persisted-documents.json': {
      documents: 'src/client/operations/*.graphql',
      plugins: ['./src/cli/persisted-documents-plugin.ts'],
    },
    'src/client/generated/operations.ts': {
      documents: 'src/client/operations/*.graphql',
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        // Text, so that nobody who uses the client needs graphql-js.
        documentMode: 'string',
        useTypeImports: true,
        scalars: {
          ID: 'string',
          JSON: '../../json/json-value.ts#JsonValue',
          DateTime: 'string',
          Date: 'string',
          Decimal: 'string',
          UUID: 'string',
          FeedCursor: 'string',
        },
        strictScalars: true,
      },
    },
  },
};

export default config;
