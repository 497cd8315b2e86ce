import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export interface DataDirSecrets {
  superuserPassword: string;
  /** Signs our own tokens (JWT HS256): 32 random bytes, base64url. */
  serverSecret: string;
}

/** Processes that start at the same moment get the same secrets: the first complete file wins, none is replaced. */
export async function loadOrCreateSecrets(dataDir: string): Promise<DataDirSecrets> {
  const file = join(dataDir, 'secrets.json');
  const existing = await readSecrets(file);
  if (existing !== undefined) return existing;

  await mkdir(dataDir, { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  const secrets: DataDirSecrets = { superuserPassword: randomSecret(), serverSecret: randomSecret() };
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(secrets, undefined, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file);
    return secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await readSecrets(file)) ?? secrets;
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

const SecretsFile = z.object({
  superuserPassword: z.string().regex(/^[\w-]{32,}$/),
  serverSecret: z.string().regex(/^[\w-]{43,}$/),
});

function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

async function readSecrets(file: string): Promise<DataDirSecrets | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, and the text is secret.
    throw corrupt(file, 'it is not JSON');
  }
  const parsed = SecretsFile.safeParse(content);
  if (parsed.success) return parsed.data;
  throw corrupt(file, `wrong or missing: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
}

function corrupt(file: string, reason: string): Error {
  return new Error(
    `${file} is damaged (${reason}). Restore it from a backup: the database next to it accepts only its password.`,
  );
}
