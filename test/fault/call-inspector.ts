import { readFile } from 'node:fs/promises';
import { WebSocket } from 'ws';
import { pollUntil } from '../../src/db/embedded/poll.ts';

const WITHIN_MS = 10_000;

/**
 * Calls a method of the inspector of a Node process that was started with `--inspect-port=0`; resolves when it is done.
 * SIGUSR1 opens the inspector; where it listens stands in the process's output.
 */
export async function callInspector(
  pid: number,
  outputFile: string,
  method: 'HeapProfiler.collectGarbage' | 'Runtime.evaluate',
  params: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  process.kill(pid, 'SIGUSR1');
  const socket = await pollUntil(() => connect(outputFile), {
    timeoutMs: WITHIN_MS,
    intervalMs: 20,
    explain: () => `Process ${pid} opens no inspector; see ${outputFile}.`,
  });
  const answer = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Process ${pid} does not answer ${method}.`)), WITHIN_MS);
    socket.once('error', reject);
    socket.once('message', (data) => {
      clearTimeout(timer);
      resolve(String(data));
    });
    socket.send(JSON.stringify({ id: 1, method, params }));
  }).finally(() => socket.close());
  const { result, error } = JSON.parse(answer);
  const problem = error?.message ?? result?.exceptionDetails?.exception?.description;
  if (problem) throw new Error(`Process ${pid} answered ${method} with: ${problem}`);
}

/** Undefined while there is nothing to connect to: the output may still end with the inspector of an earlier start. */
async function connect(outputFile: string): Promise<WebSocket | undefined> {
  const output = await readFile(outputFile, 'utf8');
  const url = [...output.matchAll(/Debugger listening on (ws:\S+)/g)].at(-1)?.[1];
  if (!url) return undefined;
  const socket = new WebSocket(url, { perMessageDeflate: false });
  return new Promise((resolve) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}
