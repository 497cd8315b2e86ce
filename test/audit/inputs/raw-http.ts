import { connect } from 'node:net';
import { ANSWER_WITHIN_MS, type BadInput, type Reply, type Target } from './bad-input.ts';

/** Bytes as they are, on a connection of their own. `{token}` and `{case}` in a text are the target's. */
export function raw(bytes: string | Buffer, { end = false }: { end?: boolean } = {}): BadInput['send'] {
  return (to) => {
    const filled =
      typeof bytes === 'string'
        ? Buffer.from(bytes.replaceAll('{token}', to.member.token ?? '').replaceAll('{case}', to.caseId))
        : bytes;
    return exchange(to, filled, end);
  };
}

/** @param end nothing more follows, and the connection says so */
function exchange({ url }: Target, bytes: Buffer, end: boolean): Promise<Reply> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect(Number(port), hostname);
    const deadline = setTimeout(() => {
      socket.destroy();
      reject(new Error('no answer, and the connection stays open'));
    }, ANSWER_WITHIN_MS);
    const done = () => {
      clearTimeout(deadline);
      socket.destroy();
      const text = received.toString('latin1');
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
      resolve({ status: status ? Number(status) : null, text: Buffer.from(text, 'latin1').toString() });
    };
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (isComplete(received.toString('latin1'))) done();
    });
    socket.on('error', () => undefined);
    socket.once('close', done);
    socket.write(bytes);
    if (end) socket.end();
  });
}

/** Whether it is an answer to its end, so that a connection that is kept need not be waited for. */
function isComplete(text: string): boolean {
  const at = text.indexOf('\r\n\r\n');
  if (at < 0) return false;
  const head = text.slice(0, at);
  const body = text.slice(at + 4);
  if (/^HTTP\/1\.1 1\d\d/.test(head)) return isComplete(body);
  if (/^HTTP\/1\.1 (204|304)/.test(head)) return true;
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length) return body.length >= Number(length);
  return /^transfer-encoding: chunked/im.test(head) && body.endsWith('0\r\n\r\n');
}
