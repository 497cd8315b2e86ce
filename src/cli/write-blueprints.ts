import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { listBlueprints, MAKE_FOLDER } from './list-blueprints.ts';

// make/: one scenario for each operation that an API key may run.
mkdirSync(MAKE_FOLDER, { recursive: true });
for (const file of readdirSync(MAKE_FOLDER)) rmSync(new URL(file, MAKE_FOLDER));
for (const [file, text] of listBlueprints()) writeFileSync(new URL(file, MAKE_FOLDER), text);
