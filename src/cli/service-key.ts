import { parseArgs } from 'node:util';
import { generateServiceKey, readServiceKeys } from '../auth/service-keys.ts';
import { runCommand } from './run-command.ts';

const USAGE = `Usage:
  npm run -s service-key -- --name NAME     prints a new key, once, and its entry for SERVICE_KEYS
A name has up to 60 letters, digits, dots, dashes and underscores. To replace a key, add the new one's entry under the
same name beside the old one, and take the old one out when nobody uses it any more.`;

runCommand(async () => {
  const { name } = readOptions();
  const { key, entry } = generateServiceKey(name ?? '');
  if (!readServiceKeys(entry)) throw new Error(USAGE);
  return `Key:           ${key}\nSERVICE_KEYS:  ${entry}`;
});

function readOptions(): { name?: string | undefined } {
  try {
    return parseArgs({ options: { name: { type: 'string' } } }).values;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}
