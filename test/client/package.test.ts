import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect } from 'vitest';
import { openCase } from '../support/cases.ts';
import { test as base } from '../support/fixtures.ts';
import { createProject, type Project } from './packed.ts';
import { numbered } from './watching.ts';

const test = base.extend<{ $file: { project: Project } }>({
  project: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern
    async ({}, use) => {
      const project = await createProject();
      await use(project);
      await project.remove();
    },
    { scope: 'file' },
  ],
});

const PROGRAM = `
  import { createCasegraphClient } from 'casegraph/client';
  import { CaseHelperDocument } from 'casegraph/client/operations';
  import { createResumingClient } from 'casegraph/client/resuming';
  import { WebSocket } from 'ws';
  const { URL: url, TOKEN: token, CASE: caseId } = process.env;
  const client = createCasegraphClient({ url, token, webSocket: WebSocket });
  const { case: found } = await client.request(CaseHelperDocument, { caseId });
  const watch = client.watchCase({ caseId });
  await new Promise((resolve) => watch.subscribe(() => watch.current.state === 'live' && resolve()));
  const { outcome } = await watch.save((helper) => ({ ...helper, count: 2 }));
  await new Promise((resolve) => {
    const check = () => watch.current.version === 2 && resolve();
    watch.subscribe(check);
    check();
  });
  console.log(JSON.stringify({ version: found.version, outcome, count: watch.current.helper.count, resuming: typeof createResumingClient }));
  client.close();
`;

test('what is packed works in plain Node, with nothing but its dependencies', { timeout: 60_000 }, async ({
  world,
  project,
}) => {
  const admin = await (await world.org()).member('admin');
  const { id: caseId } = await openCase(admin, { helper: numbered(1) });
  const file = await project.write('program.js', PROGRAM);
  const printed = await project.node(file, { URL: admin.url, TOKEN: admin.token!, CASE: caseId });
  expect(JSON.parse(printed)).toEqual({ version: 1, outcome: 'saved', count: 2, resuming: 'function' });
});

const TYPED = `
  import { createCasegraphClient, CasegraphError, type CaseSnapshot } from 'casegraph/client';
  import { CaseHelperDocument } from 'casegraph/client/operations';
  const client = createCasegraphClient({ url: 'https://casegraph.example.com', getToken: async () => null });
  const answer = await client.request(CaseHelperDocument, { caseId: 'a case' });
  const version: number | undefined = answer.case?.version;
  // @ts-expect-error a case has no such field
  answer.case?.colour;
  // @ts-expect-error the variable is required
  await client.request(CaseHelperDocument, {});
  const watch = client.watchCase<{ notes: string }>({ caseId: 'a case' });
  const snapshot: CaseSnapshot<{ notes: string }> = watch.current;
  const notes: string | undefined = snapshot.helper?.notes;
  const saved = await watch.save((helper) => ({ ...helper, notes: 'seen' }));
  if (saved.outcome === 'conflict') saved.conflict.conflictingPaths satisfies string[];
  else if (saved.outcome === 'refused') saved.error satisfies CasegraphError;
  else saved.saved.version satisfies number;
  export { version, notes };
`;

test.for([
  ['NodeNext', 'NodeNext'],
  ['ESNext', 'bundler'],
] as const)(
  'its types hold a program to what there is, with module %s and resolution %s',
  { timeout: 60_000 },
  async ([module, moduleResolution], { project }) => {
    const file = await project.write('typed.ts', TYPED);
    const options = { module, moduleResolution, target: 'ES2022', lib: 'ES2022,DOM' };
    const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    await project.tsc([file, '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', ...flags]);
  },
);

/** Of a page that has nothing else, before it is compressed. */
const MAX_BYTES = 40 * 1024;

test('it bundles for browsers: nothing of Node, nothing of the server, no graphql-js, and at most 40 KB', {
  timeout: 60_000,
}, async ({ project }) => {
  const { metafile, outputFiles } = await build({
    stdin: { contents: "export * from 'casegraph/client'", resolveDir: project.folder },
    bundle: true,
    platform: 'browser',
    format: 'esm',
    minify: true,
    write: false,
    metafile: true,
    preserveSymlinks: true,
    absWorkingDir: project.folder,
  });
  const inputs = Object.keys(metafile.inputs).filter((name) => name !== '<stdin>');
  const allowed = /^node_modules\/(casegraph\/dist\/(client|json)|graphql-ws\/dist|@noble\/hashes)\//;
  expect(inputs.filter((name) => !allowed.test(name))).toEqual([]);
  const [bundle] = outputFiles;
  expect(bundle!.text).not.toMatch(/\bBuffer\b|\bprocess\.|node:/);
  expect(bundle!.contents.length).toBeLessThan(MAX_BYTES);
  expect(gzipSync(bundle!.contents).length).toBeLessThan(MAX_BYTES / 2);
});
