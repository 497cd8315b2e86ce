import { defineConfig } from 'vitest/config';

/** Run by npm run test:process. */
export const OF_PROCESSES = ['test/process/**/*.test.ts', 'test/db/embedded-postgres.test.ts'];

export default defineConfig({
  resolve: {
    // graphql 16 ships CommonJS and ESM builds; two copies in one process make `instanceof GraphQLError` lie.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: OF_PROCESSES,
    globalSetup: ['test/support/global-setup.ts'],
    // Two cores, one PostgreSQL: more workers only wait for each other.
    maxWorkers: 2,
    // The schema takes seconds to build; files that share a worker share it. What a test replaces it puts back.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    provide: { propertyRuns: 20, audit: false },
  },
});
