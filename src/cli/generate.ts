import { ensureGeneratedClient } from '../db/generated-client.ts';

await ensureGeneratedClient();
