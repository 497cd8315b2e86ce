import { defineConfig } from 'vitest/config';
import { AuditReporter } from './test/tenancy/audit-reporter.ts';
import tests from './vitest.config.ts';

// The tests of tenancy without the limits that keep them short among the others: every policy mutated, every question asked.
export default defineConfig({
  ...tests,
  test: {
    ...tests.test,
    include: ['test/tenancy/*.test.ts'],
    provide: { ...tests.test?.provide, audit: true },
    reporters: ['default', new AuditReporter()],
    testTimeout: 300_000,
  },
});
