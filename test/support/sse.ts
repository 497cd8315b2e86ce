import type { TestClient } from './client.ts';
import { EventStream } from './event-stream.ts';

/** A subscription over server-sent events, read as a program without a library would: one POST, one stream. */
export function openEventSource(
  client: TestClient,
  query: string,
  variables: Record<string, unknown> = {},
): EventStream & { readonly broken: Promise<boolean> } {
  const abort = new AbortController();
  const stream = new EventStream(() => abort.abort());
  const broken = read(client, JSON.stringify({ query, variables }), stream, abort.signal).then(
    () => false,
    () => true,
  );
  return Object.assign(stream, { broken });
}

async function read(client: TestClient, body: string, stream: EventStream, signal: AbortSignal): Promise<void> {
  const response = await fetch(`${client.url}/graphql`, {
    method: 'POST',
    signal,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(client.token ? { authorization: `Bearer ${client.token}` } : {}),
      ...client.headers,
    },
    body,
  });
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const lines = block.split('\n');
      const event = lines.find((line) => line.startsWith('event: '))?.slice(7);
      const data = lines.find((line) => line.startsWith('data:'))?.slice(5);
      if (event === 'next') stream.put(JSON.parse(data!));
      if (event === 'complete') stream.put('complete');
    }
  }
}
