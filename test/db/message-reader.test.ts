import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { parse } from 'pg-protocol';
import type { BackendMessage } from 'pg-protocol/dist/messages.js';
import { expect, test } from 'vitest';
import { type ByteString, textOf } from '../../src/db/byte-string.ts';
import { MessageReader } from '../../src/db/message-reader.ts';

/** A message of PostgreSQL, as in https://www.postgresql.org/docs/current/protocol-message-formats.html */
function message(code: string, body: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.write(code);
  header.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([header, body]);
}

const int16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const int32 = (value: number) => Buffer.from([value >> 24, value >> 16, value >> 8, value].map((byte) => byte & 0xff));
const zeroEnded = (text: string) => Buffer.from(`${text}\0`);

const description = (columns: number, isBinary: boolean) =>
  message(
    'T',
    Buffer.concat([
      int16(columns),
      ...Array.from({ length: columns }, (_, index) =>
        Buffer.concat([
          zeroEnded(`c${index}`),
          int32(0),
          int16(0),
          int32(25),
          int16(-1),
          int32(-1),
          int16(isBinary ? 1 : 0),
        ]),
      ),
    ]),
  );
const row = (values: readonly (string | null)[]) =>
  message(
    'D',
    Buffer.concat([
      int16(values.length),
      ...values.map((value) =>
        value === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]),
      ),
    ]),
  );

const LONG = 'פגוש קדמי 🚗 '.repeat(20_000);
const text = fc.oneof(
  { weight: 12, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constant(LONG) },
);
const answers = fc.array(
  fc.integer({ min: 1, max: 4 }).chain((columns) =>
    fc.array(fc.array(fc.option(text), { minLength: columns, maxLength: columns }), { maxLength: 3 }).map((rows) => ({
      columns,
      rows,
    })),
  ),
  { minLength: 1, maxLength: 3 },
);

/** All that an answer is made of, with messages that have no body, and one that says something of itself. */
const bytesOf = (given: { columns: number; rows: (string | null)[][] }[], isBinary: boolean) =>
  Buffer.concat([
    message('R', int32(0)),
    message('S', Buffer.concat([zeroEnded('server_version'), zeroEnded('18.4')])),
    ...given.flatMap(({ columns, rows }) => [
      message('1', Buffer.alloc(0)),
      message('2', Buffer.alloc(0)),
      description(columns, isBinary),
      ...rows.map(row),
      message('C', zeroEnded(`SELECT ${rows.length}`)),
      message('A', Buffer.concat([int32(7), zeroEnded('feed'), zeroEnded('פ')])),
    ]),
    message('Z', Buffer.from('I')),
  ]);

/** What is heard of bytes that come in pieces, each in memory that is used again at once. */
function readInPieces(bytes: Buffer, pieces: readonly number[]): BackendMessage[] {
  const heard: BackendMessage[] = [];
  const reader = new MessageReader();
  const memory = Buffer.alloc(1 << 16);
  for (let at = 0, piece = 0; at < bytes.length; piece++) {
    const size = bytes.copy(memory, 0, at, at + Math.min(pieces[piece % pieces.length]!, memory.length));
    reader.read(memory.subarray(0, size), (found) => heard.push(found));
    memory.fill('#');
    at += size;
  }
  return heard;
}

const pieces = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 70_000 })), {
  minLength: 1,
});

test('messages are those that the parser of pg finds, however they are cut, in memory that is overwritten', () => {
  fc.assert(
    fc.property(answers, pieces, (given, sizes) => {
      const bytes = bytesOf(given, false);
      const expected: BackendMessage[] = [];
      const whole = new PassThrough();
      void parse(whole, (found) => expected.push(found));
      whole.emit('data', bytes);
      expect(readInPieces(bytes, sizes)).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

test('values of rows that were asked for in binary are the bytes themselves, and null stays null', () => {
  fc.assert(
    fc.property(answers, pieces, (given, sizes) => {
      const rows = readInPieces(bytesOf(given, true), sizes).filter(({ name }) => name === 'dataRow');
      const values = (rows as unknown as { fields: (ByteString | null)[] }[]).map(({ fields }) =>
        fields.map((value) => (value === null ? null : textOf(value))),
      );
      expect(values).toEqual(given.flatMap((answer) => answer.rows));
    }),
    { numRuns: 100 },
  );
});
