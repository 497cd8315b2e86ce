import { readFile } from 'node:fs/promises';
import { generate } from '@graphql-codegen/cli';
import codegen from '../../codegen.ts';
import { runCommand } from './run-command.ts';

runCommand(async () => {
  const written = (await generate({ ...codegen, silent: true }, false)) as { filename: string; content: string }[];
  for (const { filename, content } of written) {
    const committed = await readFile(filename, 'utf8').catch(() => '');
    if (committed !== content)
      throw new Error(`${filename} differs from the API that the code serves. Run: npm run codegen`);
  }
  return `${written.map(({ filename }) => filename).join(', ')} is what the code serves.`;
});
