import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { BULK_LINES } from '../data/bulk-lines.ts';
import { NOTE_MARK } from '../data/helper-document.ts';
import type { Sample } from '../data/sample.ts';
import { Connection } from '../load/connection.ts';
import { linesOf, type ReadWork, type WriteTarget } from '../load/job.ts';
import type { Call, Peer, ReadName, SaveInput } from '../peers/peer.ts';
import { peers } from '../peers/peers.ts';
import type { ServerProcess } from '../server-process.ts';

/** The calls of a read that the load sends, by server. */
export type PreparedReads = ReadonlyMap<string, ReadWork>;

const PAGES = { tree20: 50, list50: 20 } as const;

/**
 * Asks every server all that the load will ask it, and compares: all answer the same data, in whatever form.
 * @throws naming the servers and the call that differ
 */
export async function prepareReads(
  servers: readonly ServerProcess[],
  read: ReadName,
  sample: Sample,
): Promise<PreparedReads> {
  const found = new Map<string, ReadWork>();
  let expected: { server: string; shapes: unknown[] } | null = null;
  for (const server of servers) {
    const connection = await Connection.open(server.port, sample.tokens[0]!);
    try {
      const asked = await askAll(connection, peers[server.name], read, sample);
      found.set(server.name, { kind: 'read', calls: asked.calls });
      expected ??= { server: server.name, shapes: asked.shapes };
      const different = asked.shapes.findIndex((shape, index) => !isDeepStrictEqual(shape, expected!.shapes[index]));
      if (different >= 0)
        throw new Error(
          `${read}: ${server.name} and ${expected.server} answer call ${different} differently:\n` +
            `${JSON.stringify(asked.shapes[different]).slice(0, 1_000)}\n${JSON.stringify(expected.shapes[different]).slice(0, 1_000)}`,
        );
    } finally {
      connection.close();
    }
  }
  return found;
}

async function askAll(connection: Connection, peer: Peer, read: ReadName, sample: Sample) {
  const calls: ReadWork['calls'][number][] = [];
  const shapes: unknown[] = [];
  const ask = async (variable: string | null) => {
    const call = peer[read].call(variable);
    const { status, body } = await connection.send(connection.encode(call.path, call.body));
    if (status !== 200) throw new Error(`${read} was answered ${status}: ${body.subarray(0, 1_000)}`);
    const shape = peer[read].shape(JSON.parse(body.toString()));
    calls.push({ ...call, answerBytes: body.length });
    return shape;
  };
  if (read === 'helper' || read === 'case4') {
    for (const caseId of sample.caseIds) shapes.push(canonical(await ask(caseId)));
    return { calls, shapes };
  }
  // Each server has cursors of its own, so every page is reached from the one before.
  let after: string | null = null;
  const pages = Math.min(PAGES[read], Math.floor(sample.caseIds.length / (read === 'tree20' ? 20 : 50)));
  for (let page = 0; page < pages; page++) {
    const { endCursor, ...rest } = (await ask(after)) as { endCursor: string };
    shapes.push(canonical(rest));
    after = endCursor;
  }
  return { calls, shapes };
}

const DECIMALS = new Set(['totalAmount', 'quantity', 'lineTotal']);

/** Decimals by their value: "1" and "1.000" are the same amount. */
function canonical(shape: unknown): unknown {
  return JSON.parse(JSON.stringify(shape), (name, value) => (DECIMALS.has(name) ? Number(value) : value));
}

/**
 * Proves on every server, with a case that the load does not write to, what a save guarantees: it makes the next version,
 * the same key makes no other, a stale version is refused, and what is read afterwards is what was sent.
 */
export async function verifyWrites(servers: readonly ServerProcess[], sample: Sample): Promise<void> {
  let version = sample.targets[0]!.version;
  for (const [index, server] of servers.entries()) {
    const connection = await Connection.open(server.port, sample.tokens[0]!);
    try {
      version = await verifySave(connection, peers[server.name], { ...sample.targets[0]!, version }, index);
      await verifyLines(connection, peers[server.name], sample.targets[0]!, index);
    } catch (error) {
      throw new Error(`${server.name}: ${(error as Error).message}`, { cause: error });
    } finally {
      connection.close();
    }
  }
}

/** Answers the version it came to. */
async function verifySave(connection: Connection, peer: Peer, target: WriteTarget, round: number): Promise<number> {
  const helper = target.helper.replace(NOTE_MARK, `verified ${round}`);
  const input: SaveInput = {
    caseId: target.caseId,
    expectedVersion: target.version,
    helper,
    idempotencyKey: randomUUID(),
  };
  const save = async (changed: Partial<SaveInput> = {}) =>
    peer.save.shape(await ask(connection, peer.save.call({ ...input, ...changed })));
  const version = target.version + 1;
  assertSame('the first save', await save(), { outcome: 'UPDATED', version, replayed: false });
  assertSame('the same key again', await save(), { outcome: 'UPDATED', version, replayed: true });
  const refused = await save({ idempotencyKey: randomUUID() }).catch((error: Error) => error.message);
  assertSame('a save from a stale version', String(refused).includes('VERSION_CONFLICT'), true);
  const reused = await save({ expectedVersion: version }).catch((error: Error) => error.message);
  assertSame('the same key for another save', String(reused).includes('IDEMPOTENCY_KEY_REUSED'), true);
  const read = peer.helper.shape(await ask(connection, peer.helper.call(target.caseId)));
  assertSame('what is read after the save', read, { version, helper: JSON.parse(helper) });
  return version;
}

async function verifyLines(connection: Connection, peer: Peer, target: WriteTarget, round: number): Promise<void> {
  const call = peer.lines100.call({
    orgId: target.orgId,
    invoiceId: target.bulkInvoiceId,
    lines: linesOf(BULK_LINES, round * 31 + 1),
  });
  assertSame('the lines that were written', peer.lines100.shape(await ask(connection, call)), BULK_LINES);
}

async function ask(connection: Connection, call: Call): Promise<unknown> {
  const { body } = await connection.send(connection.encode(call.path, call.body));
  return JSON.parse(body.toString());
}

function assertSame(what: string, found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected))
    throw new Error(
      `${what}: ${JSON.stringify(found).slice(0, 500)} instead of ${JSON.stringify(expected).slice(0, 500)}`,
    );
}
