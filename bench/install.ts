import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BENCH = fileURLToPath(new URL('.', import.meta.url));
const STAMP = `${BENCH}node_modules/.installed`;

/** Installs the other servers, unless they are there as bench/package-lock.json says. */
export function installPeers(tell: (message: string) => void): void {
  const wanted = createHash('sha256')
    .update(readFileSync(`${BENCH}package-lock.json`))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  tell('installing the servers to compare with (npm ci in bench)');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: BENCH, stdio: 'inherit' });
  writeFileSync(STAMP, wanted);
}
