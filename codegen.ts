import type { CodegenConfig } from '@graphql-codegen/cli';

/** Prints schema.graphql from the code. The file is committed: its diff is the review of the API. */
const config: CodegenConfig = {
  schema: 'src/schema/index.ts',
  generates: {
    'schema.graphql': { plugins: ['schema-ast'], config: { includeDirectives: true, sort: false } },
  },
};

export default config;
