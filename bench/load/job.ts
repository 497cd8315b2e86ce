import type { Call, LineInput, WriteName } from '../peers/peer.ts';
import type { PeerName } from '../peers/peers.ts';

/** What the load does to one server for one window of time. */
export interface Job {
  readonly peer: PeerName;
  readonly port: number;
  /** Of the server, to read what it used. */
  readonly pid: number;
  readonly tokens: readonly string[];
  readonly connections: number;
  /** Before the window, unmeasured. */
  readonly rampMs: number;
  readonly windowMs: number;
  readonly work: ReadWork | WriteWork;
}

export interface ReadWork {
  readonly kind: 'read';
  /** Sent in turn; each with the length its answer has, which was checked before. */
  readonly calls: readonly (Call & { readonly answerBytes: number })[];
}

export interface WriteWork {
  readonly kind: 'write';
  readonly name: WriteName;
  /** Divided among the connections, so that no two write to one. */
  readonly targets: readonly WriteTarget[];
}

export interface WriteTarget {
  readonly orgId: string;
  readonly caseId: string;
  /** Before the first write of the run. */
  readonly version: number;
  /** JSON with NOTE_MARK in it. */
  readonly helper: string;
  readonly bulkInvoiceId: string;
}

export interface WindowResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the server's process. */
  readonly cpuUs: number | null;
  readonly rssMb: number | null;
}

/** Lines as the load writes them: each time other amounts, so that every row changes. */
export function linesOf(count: number, round: number): LineInput[] {
  return Array.from({ length: count }, (_, index) => {
    const price = 10 + ((round + index) % 900);
    return {
      lineNumber: index + 1,
      description: `חלק ${index + 1}`,
      itemCategory: 'PART',
      quantity: '2',
      unitPrice: `${price}.50`,
      lineTotal: `${price * 2 + 1}.00`,
    };
  });
}
