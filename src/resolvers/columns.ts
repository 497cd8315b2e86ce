// Values come here sound: assertSoundItems has been over them.

/** What a column takes: its type in SQL, and what is wrong with a value for it, in words for people. */
export interface Column {
  readonly sql: string;
  /** @returns null for a value that can be stored as it is */
  readonly problem: (value: unknown) => string | null;
  /** Compared and written only when the row is made. */
  readonly fixed?: true;
  /** A new row must have a value; one that is there may be left without. */
  readonly needed?: true;
  /** SQL of what is stored when a new row comes without a value. */
  readonly otherwise?: string;
}

const MAX_JSON_BYTES = 5 * 1024 * 1024;

/** A text of at most `max` characters; code points, which is what the tables count. */
export function text(max: number, min = 0): Column {
  const size = min > 0 ? `${min} to ${max}` : `at most ${max}`;
  return {
    sql: 'text',
    problem: (value) => {
      const { length: units } = value as string;
      // A code point is two units at most, so most texts need not be gone through.
      if (units <= max && units >= 2 * min) return null;
      const length = [...(value as string)].length;
      return length >= min && length <= max ? null : `It has ${size} characters.`;
    },
  };
}

export function oneOf(values: Readonly<Record<string, string>>): Column {
  const names = Object.keys(values);
  return {
    sql: 'text',
    problem: (value) => (names.includes(value as string) ? null : `It is one of ${names.join(', ')}.`),
  };
}

/** An amount: not negative, with two decimals at most. */
export const MONEY: Column = decimal('An amount of money', 2, 99_999_999_999);

export const PERCENT: Column = decimal('A percentage', 2, 100);

/** From 0 to 1. */
export const CONFIDENCE: Column = decimal('A confidence', 4, 1);

export const QUANTITY: Column = decimal('A quantity', 3, 99_999_999);

/** A Decimal text, exact. */
function decimal(what: string, scale: number, max: number): Column {
  return {
    sql: 'numeric',
    problem: (value) => {
      const given = value as string;
      const decimals = given.split('.')[1]?.replace(/0+$/, '').length ?? 0;
      if (given.startsWith('-') && Number(given) !== 0) return `${what} can not be negative.`;
      if (Number(given) > max) return `${what} is at most ${max}.`;
      return decimals <= scale ? null : `${what} has at most ${scale} decimals.`;
    },
  };
}

export function integer(min: number, max = 2_147_483_647): Column {
  return {
    sql: 'int',
    problem: (value) =>
      (value as number) >= min && (value as number) <= max
        ? null
        : max < 2_147_483_647
          ? `It is a whole number from ${min} to ${max}.`
          : `It is a whole number from ${min}.`,
  };
}

/** A JSON value that is kept as it is sent. */
export const JSON_VALUE: Column = {
  sql: 'jsonb',
  problem: (value) => (Buffer.byteLength(JSON.stringify(value)) <= MAX_JSON_BYTES ? null : 'It is over 5 MiB as JSON.'),
};

export function texts(maxCount: number, each: Column): Column {
  return {
    sql: 'text[]',
    problem: (value) => {
      const given = value as string[];
      if (given.length > maxCount) return `At most ${maxCount} of them.`;
      return given.map(each.problem).find((problem) => problem !== null) ?? null;
    },
  };
}

const accepted = () => null;
export const INSTANT: Column = { sql: 'timestamptz', problem: accepted };
export const DAY: Column = { sql: 'date', problem: accepted };
export const FLAG: Column = { sql: 'boolean', problem: accepted };
export const UUID: Column = { sql: 'uuid', problem: accepted };

/** The column, written only when its row is made. */
export function fixed(column: Column): Column {
  return { ...column, fixed: true };
}

/** The column, which a new row must have. */
export function needed(column: Column): Column {
  return { ...column, needed: true };
}

/** The column with what a new row gets when nothing is sent, as SQL. */
export function otherwise(column: Column, sql: string): Column {
  return { ...column, otherwise: sql };
}

/** Column of a field: sizeBytes is size_bytes. */
export function columnName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Field of a column: size_bytes is sizeBytes. */
export function fieldName(column: string): string {
  return column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
