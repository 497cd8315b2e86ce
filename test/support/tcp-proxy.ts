import { connect, createServer, type Socket } from 'node:net';

/** A relay in front of a database, for the faults of networks. */
export interface TcpProxy {
  readonly port: number;
  /** Passes nothing on and reports nothing, in either direction; new connections are taken and get no answer. */
  blackHole(): void;
  /** New connections reach the target again; those that were swallowed stay so. */
  heal(): void;
  /** Breaks the connections that are open; new ones are taken. */
  cut(): void;
  /** Connections made since the start. */
  readonly connections: number;
  /** Where new connections go from now on. */
  redirect(port: number): void;
  stop(): Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let target = targetPort;
  let swallowing = false;
  let connections = 0;
  const open = new Set<Socket>();
  const swallowed = new WeakSet<Socket>();
  const server = createServer((client) => {
    connections++;
    client.on('error', () => undefined);
    open.add(client);
    client.once('close', () => open.delete(client));
    if (swallowing) {
      client.resume();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    open.add(upstream);
    upstream.once('close', () => open.delete(upstream));
    upstream.on('error', () => client.destroy());
    const pass = (to: Socket) => (data: Buffer) => void (swallowed.has(client) || to.write(data));
    client.on('data', pass(upstream)).once('close', () => upstream.destroy());
    upstream.on('data', pass(client)).once('close', () => void (swallowed.has(client) || client.destroy()));
    client.once('blackhole', () => swallowed.add(client));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    blackHole: () => {
      swallowing = true;
      for (const socket of open) socket.emit('blackhole');
    },
    heal: () => {
      swallowing = false;
    },
    cut: () => {
      for (const socket of open) socket.destroy();
    },
    get connections() {
      return connections;
    },
    redirect: (port) => {
      target = port;
    },
    stop: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
