import pg from 'pg';
import { vi } from 'vitest';

/**
 * What a call sends to Postgres: the texts of the statements, begin and commit included, of every transaction of this
 * process that `isMeant` says is the call's. Listeners and pollers have transactions of their own.
 */
export async function statementsOf(
  call: () => Promise<unknown>,
  isMeant: (text: string) => boolean,
): Promise<string[]> {
  const sent: { connection: unknown; text: string }[] = [];
  const query = pg.Client.prototype.query;
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: unknown, ...args: unknown[]) {
    const [config] = args as [string | { text?: string }];
    sent.push({ connection: this, text: typeof config === 'string' ? config : (config.text ?? '') });
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

function transactionsOf(sent: { connection: unknown; text: string }[]): string[][] {
  const open = new Map<unknown, string[]>();
  const all: string[][] = [];
  for (const { connection, text } of sent) {
    if (/^begin/i.test(text)) {
      const transaction: string[] = [];
      open.set(connection, transaction);
      all.push(transaction);
    }
    open.get(connection)?.push(text);
    if (/^(commit|rollback)/i.test(text)) open.delete(connection);
  }
  return all;
}
