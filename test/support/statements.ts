import pg from 'pg';
import { vi } from 'vitest';
import { Pipeline } from '../../src/db/pipeline.ts';

/**
 * What a call sends to Postgres: the texts of the statements, begin and commit included, of every transaction of this
 * process that `isMeant` says is the call's. Listeners and pollers have transactions of their own.
 */
export async function statementsOf(
  call: () => Promise<unknown>,
  isMeant: (text: string) => boolean,
): Promise<string[]> {
  const sent: Sent[] = [];
  const query = pg.Client.prototype.query;
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: unknown, ...args: unknown[]) {
    const [config] = args as [string | { text?: string } | Pipeline];
    const statements = config instanceof Pipeline ? config.statements : [config];
    const texts = statements.map((statement) => (typeof statement === 'string' ? statement : (statement.text ?? '')));
    sent.push({ connection: this, texts });
    return Reflect.apply(query, this, args);
  } as never);
  try {
    await call();
  } finally {
    spy.mockRestore();
  }
  return transactionsOf(sent)
    .filter((transaction) => transaction.some(isMeant))
    .flat();
}

interface Sent {
  readonly connection: unknown;
  /** Of statements that travel together. */
  readonly texts: string[];
}

function transactionsOf(sent: readonly Sent[]): string[][] {
  const open = new Map<unknown, string[]>();
  const all: string[][] = [];
  for (const { connection, texts } of sent) {
    const isTransaction = texts.length > 1 && !open.has(connection) && !/^begin/i.test(texts[0]!);
    if (isTransaction) all.push(texts);
    for (const text of isTransaction ? [] : texts) {
      if (/^begin/i.test(text)) {
        const transaction: string[] = [];
        open.set(connection, transaction);
        all.push(transaction);
      }
      open.get(connection)?.push(text);
      if (/^(commit|rollback)/i.test(text)) open.delete(connection);
    }
  }
  return all;
}
