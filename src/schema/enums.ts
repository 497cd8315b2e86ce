import { WRITE_SOURCES } from '../resolvers/caller.ts';
import { builder } from './builder.ts';

/** A table of names and their meaning as the values of a GraphQL enum. */
export function describedValues<const T extends Record<string, string>>(
  table: T,
): { [K in keyof T]: { description: string } } {
  return Object.fromEntries(Object.entries(table).map(([name, description]) => [name, { description }])) as {
    [K in keyof T]: { description: string };
  };
}

/** The values of a field that the API declares as text, in words. */
export function listValues(table: Readonly<Record<string, string>>): string {
  return Object.entries(table)
    .map(([name, meaning]) => `${name}: ${meaning}`)
    .join(' ');
}

export const WriteSourceEnum = builder.enumType('WriteSource', {
  description: 'Where a write came from.',
  values: describedValues(WRITE_SOURCES),
});

export const OrderDirectionEnum = builder.enumType('OrderDirection', {
  values: {
    ASC: { description: 'Smallest, oldest or first in the alphabet first.' },
    DESC: { description: 'Largest, newest or last in the alphabet first.' },
  },
});

export const ChangeKindEnum = builder.enumType('ChangeKind', {
  values: {
    CREATED: { description: 'It was not there before.' },
    UPDATED: { description: 'It has changed.' },
    DELETED: { description: 'It is gone.' },
  },
});
