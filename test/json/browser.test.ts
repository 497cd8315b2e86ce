import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('../../src/json/', import.meta.url);

it.each(readdirSync(folder).filter((file) => file !== 'content-hash.ts'))(
  '%s runs in a browser: no Node modules or globals',
  (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const imports = [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1]!);
    for (const name of imports) expect(name).toMatch(/^\.\/[a-z0-9-]+\.ts$/);
    expect(imports).not.toContain('./content-hash.ts');
    expect(text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')).not.toMatch(/\b(?:Buffer|process|require)\b/);
  },
);
