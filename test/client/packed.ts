import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** What the client may need at run time, and what its types name. */
const DEPENDENCIES = ['graphql-ws', '@noble/hashes', '@graphql-typed-document-node/core', 'graphql'];

/** A project of somebody else, who has installed this package and ws. */
export interface Project {
  readonly folder: string;
  /** Writes a file and answers where it is. */
  write(name: string, text: string): Promise<string>;
  /** Runs a file in a Node that knows no TypeScript; answers what it printed. */
  node(file: string, env?: Record<string, string>): Promise<string>;
  tsc(args: string[]): Promise<void>;
  remove(): Promise<void>;
}

/** Builds the client as `npm run build:client` does, and installs it. */
export async function createProject(): Promise<Project> {
  const folder = join(tmpdir(), `casegraph-client-${randomUUID()}`);
  const modules = join(folder, 'node_modules');
  const installed = join(modules, 'casegraph');
  const tsc = async (args: string[], cwd: string) => {
    await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...args], { cwd }).catch((error) => {
      throw new Error(`tsc failed:\n${error.stdout}`);
    });
  };
  await mkdir(installed, { recursive: true });
  await tsc(['-p', 'tsconfig.client.json', '--outDir', join(installed, 'dist')], ROOT);
  await copyFile(join(ROOT, 'package.json'), join(installed, 'package.json'));
  for (const name of [...DEPENDENCIES, 'ws', '@types/ws', '@types/node']) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), join(modules, name), 'dir');
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'somebody-else', type: 'module' }));
  return {
    folder,
    write: async (name, text) => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    },
    node: async (file, env = {}) => (await run(process.execPath, [file], { cwd: folder, env })).stdout,
    tsc: (args) => tsc(args, folder),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
