/** A WebSocket class: the browser's, or that of the package ws. */
export type WebSocketClass = new (url: string, protocol: string) => object;

/**
 * The class that was given, or else the one there is. An attempt that is cut fails once more in ws, when nobody listens
 * any more, and that would end the process: so somebody always does.
 * @throws TypeError when there is none
 */
export function prepareWebSocket(given: WebSocketClass | undefined): WebSocketClass {
  const Base = (given ?? findWebSocket()) as new (
    ...parts: [string, string]
  ) => {
    addEventListener(type: 'error', run: () => void): void;
  };
  return class extends Base {
    constructor(...parts: [string, string]) {
      super(...parts);
      this.addEventListener('error', () => undefined);
    }
  };
}

function findWebSocket(): WebSocketClass {
  const { WebSocket } = globalThis as { WebSocket?: WebSocketClass };
  if (WebSocket) return WebSocket;
  throw new TypeError(
    "There is no WebSocket here, as in Node before 22: install the package ws and pass ws's WebSocket, as `webSocket: WebSocket`.",
  );
}
