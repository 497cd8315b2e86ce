import { defineConfig } from 'vitest/config';
import tests, { OF_PROCESSES } from './vitest.config.ts';

// Tests that start, stop and kill whole processes, which is most of what they take.
export default defineConfig({
  ...tests,
  test: { ...tests.test, include: OF_PROCESSES, exclude: [] },
});
