import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { type BadInput, document, headersOf, post, request } from './bad-input.ts';
import {
  ADDRESSES,
  CHUNKED,
  CODINGS,
  FORM,
  HEADERS,
  HOSTS,
  LENGTHS,
  LINES,
  METHODS,
  PATHS,
  READ,
  SIGNED,
  TYPES,
  WRITE,
} from './http-parts.ts';
import { raw } from './raw-http.ts';

// What HTTP lets a client say, and what it does not: methods, types, lengths, encodings, headers, addresses, half requests.

const bodied = (line: string, headers: string, body: string, title: string, end = false): BadInput => ({
  title,
  send: raw(`${line} HTTP/1.1\r\n${SIGNED}${headers}\r\n\r\n${body}`, { end }),
});

function compressed(): BadInput[] {
  const bodies = {
    gzip: gzipSync(WRITE),
    deflate: deflateSync(WRITE),
    br: brotliCompressSync(WRITE),
    bomb: gzipSync(Buffer.alloc(50_000_000, ' ')),
  };
  return Object.entries(bodies).flatMap(([name, bytes]) =>
    ['/graphql', '/gateway/case.upsert', '/case/{case}/helper'].map(
      (path): BadInput => ({
        title: `a body in ${name}, sent to ${path}`,
        send: (to) =>
          request(`${to.url}${path.replace('{case}', to.caseId)}`, {
            method: path.startsWith('/case') ? 'PUT' : 'POST',
            headers: { ...headersOf(to.member), 'content-encoding': name === 'bomb' ? 'gzip' : name, 'if-match': '*' },
            body: Buffer.from(bytes),
          }),
      }),
    ),
  );
}

const batches = (): BadInput[] =>
  [
    '[]',
    `[${READ}]`,
    `[${READ},${WRITE}]`,
    `[[${WRITE}]]`,
    `[${Array(1_000).fill(WRITE).join()}]`,
    `{"0":${WRITE}}`,
    'null',
    '1',
    '"x"',
    'true',
    '[null]',
  ].map((body, n) => ({
    title: `a batch (${n})`,
    send: post(body),
  }));

export function listHttpRequests(): BadInput[] {
  return [
    ...METHODS.flatMap((method) =>
      PATHS.filter((path) => method !== 'PUT' || !path.startsWith('/case')).map((path) =>
        bodied(`${method} ${path}`, 'Content-Type: text/strange\r\nContent-Length: 2', '{}', `${method} ${path}`),
      ),
    ),
    ...TYPES.flatMap((type) =>
      ['/graphql', '/gateway/case.upsert'].map((path) => {
        const body = type.includes('form-urlencoded')
          ? FORM
          : type.includes('multipart')
            ? multipart()
            : path === '/graphql'
              ? WRITE
              : '{"plate":"8888888"}';
        return bodied(
          `POST ${path}`,
          `${type && `Content-Type: ${type}\r\n`}Content-Length: ${body.length}`,
          body,
          `a body of type ${type.slice(0, 40)} to ${path}`,
        );
      }),
    ),
    ...LENGTHS.map((length) =>
      bodied(
        'POST /graphql',
        `Content-Type: application/json\r\nContent-Length: ${length}`,
        '{"query":"{ __typename }"}',
        `a length of ${length}`,
        true,
      ),
    ),
    bodied(
      'POST /graphql',
      'Content-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 3',
      '{}x',
      'two lengths',
    ),
    bodied('POST /graphql', 'Content-Type: application/json\r\nContent-Length: 5', READ, 'a length that is too short'),
    bodied('POST /graphql', 'Content-Type: application/json', READ, 'no length'),
    bodied(
      'POST /graphql',
      'Content-Type: application/json\r\nContent-Length: 13000000',
      '{',
      'a length of 13 MB',
      true,
    ),
    ...CHUNKED.flatMap((body, n) =>
      ['/graphql', '/gateway/case.upsert'].map((path) =>
        bodied(
          `POST ${path}`,
          'Content-Type: application/json\r\nTransfer-Encoding: chunked',
          body,
          `chunks (${n}) to ${path}`,
          true,
        ),
      ),
    ),
    ...CODINGS.map((coding) =>
      bodied(
        'POST /graphql',
        `Content-Type: application/json\r\nTransfer-Encoding: ${coding}`,
        '2\r\n{}\r\n0\r\n\r\n',
        `transfer in ${coding}`,
        true,
      ),
    ),
    ...HEADERS.flatMap(([what, header]) =>
      ['/graphql', '/gateway/case.get?plate=1'].map((path) =>
        bodied(
          path === '/graphql' ? `POST ${path}` : `GET ${path}`,
          path === '/graphql'
            ? `${header}\r\nContent-Type: application/json\r\nContent-Length: ${READ.length}`
            : header,
          path === '/graphql' ? READ : '',
          `${what}, ${path}`,
        ),
      ),
    ),
    ...HOSTS.flatMap((host) =>
      ['GET /graphql?query=%7B__typename%7D', 'GET /', 'GET /case/{case}/helper', 'GET /ready'].map(
        (line): BadInput => ({
          title: `${line} of host ${JSON.stringify(host).slice(0, 30)}`,
          send: raw(`${line} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n`),
        }),
      ),
    ),
    ...ADDRESSES.map((address) => bodied(`GET ${address}`, 'X: 1', '', `the address ${address.slice(0, 60)}`)),
    ...LINES.map(([title, bytes, end]) => ({ title, send: raw(bytes, { end }) })),
    ...compressed(),
    ...batches(),
    ...['extensions', 'id', 'documentId', 'query2', '__proto__', 'operations', 'map'].map((name) => ({
      title: `a parameter ${name}`,
      send: document('{ viewer { role } }', {}, JSON.parse(`{"${name}":[1]}`)),
    })),
  ];
}

function multipart(): string {
  const part = (name: string, value: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  return `${part('operations', WRITE)}${part('map', '{"0":["__proto__.x"]}')}${part('0', 'x')}--x--\r\n`;
}
