import { GraphQLError, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { type JsonObject, type JsonValue, setMember } from '../json/json-value.ts';
import { builder } from './builder.ts';
import { isUuid } from './ids.ts';

const invalid = (what: string) => new GraphQLError(what, { extensions: { code: 'VALIDATION_FAILED' } });

function textScalar(
  name: 'UUID' | 'Date' | 'Decimal',
  description: string,
  fits: (text: string) => boolean,
  what: string,
): void {
  builder.scalarType(name, {
    description,
    serialize: (value) => String(value),
    parseValue: (value) => {
      if (typeof value === 'string' && fits(value)) return value;
      throw invalid(what);
    },
  });
}

textScalar('UUID', 'A UUID as RFC 9562 writes it.', isUuid, 'A UUID reads like 6513270e-269e-4d37-b2a7-4de452e6b438.');
textScalar('Date', 'A day, as 2025-11-03.', isDay, 'A date reads like 2025-11-03.');
textScalar(
  'Decimal',
  'An exact decimal number as text: money and quantities, as "2240.00".',
  (text) => /^-?\d{1,15}(\.\d{1,6})?$/.test(text),
  'A decimal is text such as "2240.00", without separators.',
);

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return /^(?!0000)\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

const INSTANT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)$/;
/** Years that PostgreSQL reads as they are written, and that are written back alike; an offset can lead out of them. */
const FOUR_DIGIT_YEAR = /^(?!0000)\d{4}-/;

builder.scalarType('DateTime', {
  description:
    'An instant in UTC, ISO-8601 with milliseconds, as 2025-11-03T07:10:00.000Z. Input may carry another offset.',
  serialize: (value) => (value as Date).toISOString(),
  parseValue: (value) => {
    const instant = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : null;
    if (instant && !Number.isNaN(instant.getTime()) && FOUR_DIGIT_YEAR.test(instant.toISOString())) return instant;
    throw invalid('A time reads like 2025-11-03T07:10:00.000Z, with Z or an offset.');
  },
});

builder.scalarType('JSON', {
  description: 'Any JSON value, kept as it is sent.',
  serialize: (value) => value,
  parseValue: (value) => value as JsonValue,
  parseLiteral: (node, variables) => readLiteral(node, variables ?? {}),
});

builder.scalarType('FeedCursor', {
  description:
    "Opaque position in an organisation's change feed. The same cursor serves the poll query, the subscription and webhooks.",
  serialize: (value) => String(value),
  parseValue: (value) => {
    if (typeof value === 'string') return value;
    throw invalid('A feed cursor is the text you were given as one.');
  },
});

/** A literal in the document. Own keys are set as JSON.parse would set them: `__proto__` is a key like any other. */
function readLiteral(node: ValueNode, variables: Record<string, unknown>): JsonValue {
  switch (node.kind) {
    case Kind.OBJECT: {
      const object: JsonObject = {};
      for (const field of node.fields) setMember(object, field.name.value, readLiteral(field.value, variables));
      return object;
    }
    case Kind.LIST:
      return node.values.map((value) => readLiteral(value, variables));
    default:
      return valueFromASTUntyped(node, variables) as JsonValue;
  }
}
