import { inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** How many examples a property is tried on: some in the tests, many in the audits. */
    readonly propertyRuns: number;
  }
}

/** Runs of a property that takes a server; what needs none may run ten times as many. */
export const PROPERTY_RUNS = inject('propertyRuns');
