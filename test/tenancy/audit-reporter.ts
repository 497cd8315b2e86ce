import type { Reporter, TestModule } from 'vitest/node';

declare module 'vitest' {
  interface TaskMeta {
    /** What a test of tenancy has gone through, for the sums at the end of npm run audit:tenancy. */
    audit?: Record<string, number>;
    /** Who tried what, and what was answered. */
    tour?: string[][];
  }
  interface ProvidedContext {
    /** Whether everything is gone through, or as much as fits among the other tests. */
    readonly audit: boolean;
  }
}

/** What each sum is called, and whether nothing of it is a failure. */
const SUMS: Record<string, readonly [title: string, needed: boolean]> = {
  tables: ['tables', true],
  principals: ['principals', true],
  checks: ['checks of rights', true],
  lints: ['lints of the catalogue', true],
  mutants: ['mutants', true],
  caught: ['mutants caught', true],
  questions: ['questions crawled', true],
  events: ['events of subscriptions', true],
  tries: ['tries of roles', true],
  canaries: ['canaries found', false],
};

/** Sums up what the tests say they have gone through. A sum that is missing is a failure: nothing was looked at. */
export class AuditReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const sums: Record<string, number> = {};
    const say = (line: string) => process.stdout.write(`  ${line.trimEnd()}\n`);
    for (const module of modules)
      for (const test of module.children.allTests()) {
        for (const row of test.meta().tour ?? [])
          say(row.map((cell, index) => cell.padEnd(index === 0 ? 26 : 17)).join(''));
        for (const [name, count] of Object.entries(test.meta().audit ?? {})) sums[name] = (sums[name] ?? 0) + count;
        if (/catalogue[\w-]*\.test\.ts$/.test(module.moduleId) && test.ok()) sums.lints = (sums.lints ?? 0) + 1;
      }
    // One file by itself, as for the tour of the roles, sums up to nothing.
    if (modules.length === 1) return;
    say('');
    for (const [name, [title, needed]] of Object.entries(SUMS)) {
      say(`${title.padEnd(26)}${(sums[name] ?? 0).toLocaleString('en').padStart(8)}`);
      if (needed && !sums[name]) process.exitCode = 1;
    }
    if (sums.canaries !== 0 || sums.caught !== sums.mutants) process.exitCode = 1;
  }
}
