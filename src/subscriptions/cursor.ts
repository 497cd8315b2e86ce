import { Refusal } from '../errors.ts';

/** A position in one organisation's log: everything up to and including `seq` is behind it. */
export interface Cursor {
  /** Changes when a database is restored: positions of another epoch mean nothing. */
  readonly epoch: string;
  readonly orgId: string;
  readonly seq: number;
}

const FORMAT = /^1\|([0-9a-f-]{36})\|([0-9a-f-]{36})\|(0|[1-9]\d{0,14})$/;
const MAX_LENGTH = 160;

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(`1|${cursor.epoch}|${cursor.orgId}|${cursor.seq}`).toString('base64url');
}

/** @throws Refusal INVALID_CURSOR for what is no cursor, or one of another organisation */
export function readCursor(text: string, orgId: string, field: readonly string[]): Cursor {
  const match = text.length <= MAX_LENGTH ? FORMAT.exec(Buffer.from(text, 'base64url').toString()) : null;
  if (!match || match[2] !== orgId)
    throw new Refusal(
      'INVALID_CURSOR',
      'Not a feed cursor of this organisation. Leave it out to begin anew, or send one you were given.',
      field,
    );
  return { epoch: match[1]!, orgId, seq: Number(match[3]) };
}
