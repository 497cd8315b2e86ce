import { defineConfig } from 'vitest/config';
import tests from './vitest.config.ts';

// What takes longer than a test may: protocols and bad inputs, sent in numbers. The same harness, the same database.
export default defineConfig({
  ...tests,
  test: {
    ...tests.test,
    include: ['test/audit/**/*.audit.ts', 'test/**/*-properties.test.ts'],
    reporters: ['verbose'],
    testTimeout: 120_000,
    provide: { propertyRuns: 300 },
  },
});
