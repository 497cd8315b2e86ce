// A relay that does to TCP what networks do. One stands before each path of the system: API to Postgres, LISTEN to
// Postgres, clients to API.
import { connect, createServer, type Socket } from 'node:net';
import { ProxiedConnection, type ProxyFaults } from './proxied-connection.ts';
import type { Random } from './random.ts';

export class FaultProxy {
  readonly #server = createServer({ allowHalfOpen: false }, (client) => this.#relay(client));
  readonly #connections = new Set<ProxiedConnection>();
  readonly #faults: ProxyFaults;
  #target: number;
  #port = 0;
  #accepted = 0;

  private constructor(target: number, random: Random, protocol: 'postgres' | 'any') {
    this.#target = target;
    this.#faults = {
      random,
      protocol,
      toServer: true,
      toClient: true,
      latencyMs: 0,
      jitterMs: 0,
      bytesPerS: 0,
      cutChance: 0,
      dropNotifications: false,
      counts: { cuts: 0, resets: 0, droppedNotifications: 0 },
    };
  }

  /** @param protocol 'postgres' for what needs to understand the messages: cutOnCommit, dropNotifications */
  static async start(target: number, random: Random, protocol: 'postgres' | 'any'): Promise<FaultProxy> {
    const proxy = new FaultProxy(target, random, protocol);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    proxy.#port = (proxy.#server.address() as { port: number }).port;
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Connections that are open at this moment. */
  get open(): number {
    return this.#connections.size;
  }

  /** Connections taken since the start. */
  get accepted(): number {
    return this.#accepted;
  }

  /** What was done since the start. `cuts`: answers to the COMMIT of a transaction that wrote, withheld. */
  get counts(): Readonly<ProxyFaults['counts']> {
    return this.#faults.counts;
  }

  /** Where new connections go from now on. */
  redirect(port: number): void {
    this.#target = port;
  }

  /** Nothing passes and nobody is told, on connections old and new, until `heal`; then everything held goes on its way. */
  blackHole(): void {
    this.#setFlow(false, false);
  }

  /** Only this direction passes until `heal`. */
  halfOpen(passes: 'toServer' | 'toClient'): void {
    this.#setFlow(passes === 'toServer', passes === 'toClient');
  }

  /** Ends all faults that last. */
  heal(): void {
    Object.assign(this.#faults, { latencyMs: 0, jitterMs: 0, bytesPerS: 0, cutChance: 0, dropNotifications: false });
    this.#setFlow(true, true);
  }

  /** Each chunk is held this long in each direction, in order. */
  latency(ms: number, jitterMs = 0): void {
    Object.assign(this.#faults, { latencyMs: ms, jitterMs });
  }

  /** No more than this comes to each client, on average: it reads so slowly. */
  throttle(bytesPerS: number): void {
    this.#faults.bytesPerS = bytesPerS;
  }

  /** With this chance the answer to the COMMIT of a transaction that wrote is withheld and the client's socket reset. */
  cutOnCommit(chance: number): void {
    this.#faults.cutChance = chance;
  }

  /** As a pooler in transaction mode: LISTEN is accepted, and nothing is ever told. */
  dropNotifications(drop: boolean): void {
    this.#faults.dropNotifications = drop;
  }

  /** RST to both ends of all connections, or of `count` drawn by lot. Answers how many. */
  reset(count = Number.POSITIVE_INFINITY): number {
    const all = [...this.#connections];
    const hit: ProxiedConnection[] = [];
    while (hit.length < count && all.length > 0) hit.push(...all.splice(this.#faults.random.below(all.length), 1));
    for (const connection of hit) connection.reset();
    return hit.length;
  }

  async stop(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #relay(client: Socket): void {
    this.#accepted++;
    const connection = new ProxiedConnection(this.#faults, client, () => connect(this.#target, '127.0.0.1'));
    this.#connections.add(connection);
    connection.ended.then(() => this.#connections.delete(connection));
  }

  #setFlow(toServer: boolean, toClient: boolean): void {
    Object.assign(this.#faults, { toServer, toClient });
    for (const connection of this.#connections) connection.flow();
  }
}
