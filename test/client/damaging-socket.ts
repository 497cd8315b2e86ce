import { WebSocket } from 'ws';

export type Damage =
  | 'patch that changes something else'
  | 'patch that fits nowhere'
  | 'message that is left out'
  | 'message that comes twice';

type Listener = (event: { data: unknown }) => void;

interface VersionMessage {
  payload?: { data?: { caseHelperChanged?: { version?: number; patch?: { path: string; value?: unknown }[] } } };
}

/** A WebSocket that damages the message about one version, once. */
export function openDamagingSocket(damage: Damage, version: number): typeof WebSocket {
  let isDone = false;
  const pass = ({ data }: { data: unknown }, listener: Listener) => {
    const message = JSON.parse(String(data)) as VersionMessage;
    const change = message.payload?.data?.caseHelperChanged;
    if (isDone || change?.version !== version) return listener({ data });
    isDone = true;
    if (damage === 'message that is left out') return;
    if (damage === 'patch that changes something else') change.patch![0]!.value = 'damaged';
    if (damage === 'patch that fits nowhere') change.patch![0]!.path = '/no/such/place';
    listener({ data: JSON.stringify(message) });
    if (damage === 'message that comes twice') listener({ data: JSON.stringify(message) });
  };
  return class extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      Object.defineProperty(this, 'onmessage', {
        set: (listener: Listener) => this.addEventListener('message', (event) => pass(event, listener)),
      });
    }
  } as never;
}
