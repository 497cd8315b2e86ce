type MigrationErrorCode =
  | 'EDITED'
  | 'FAILED'
  | 'DATABASE_AHEAD'
  | 'NOT_EMPTY'
  | 'UNREADABLE'
  | 'NOTHING_TO_UNDO'
  | 'NO_DOWN_SCRIPT';

/** Every refusal of this folder. The message says what is wrong and what to do about it; `code` is for programs. */
export class MigrationError extends Error {
  readonly code: MigrationErrorCode;

  constructor(code: MigrationErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'MigrationError';
    this.code = code;
  }
}
