import {
  type GraphQLNamedType,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { schema } from '../../src/schema/index.ts';
import type { Answer, TestClient } from '../support/client.ts';

/** Names of all query fields of the served schema. */
export function queryFields(): string[] {
  return Object.keys(schema.getQueryType()!.getFields());
}

/** Names of all types that `node` can answer. */
export function nodeTypes(): string[] {
  const node = schema.getType('Node');
  if (!isAbstractType(node)) throw new Error('the schema has no interface Node');
  return schema.getPossibleTypes(node).map((type) => type.name);
}

/** Everything that can be selected of a query field without arguments, `depth` objects deep. */
export function selectAll(queryField: string, depth = 4): string {
  return selectionOf(schema.getQueryType()!.getFields()[queryField]!.type, depth);
}

function selectionOf(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  return `{ __typename ${isAbstractType(named) ? fragmentsOf(named, depth) : fieldsOf(named, depth, '')} }`;
}

/** One fragment a possible type; aliases keep fields apart that differ in nullability. */
function fragmentsOf(named: GraphQLNamedType, depth: number): string {
  if (!isAbstractType(named)) return '';
  return schema
    .getPossibleTypes(named)
    .map((type) => `... on ${type.name} { ${fieldsOf(type, depth, `${type.name}_`)} __typename }`)
    .join(' ');
}

function fieldsOf(named: GraphQLNamedType, depth: number, prefix: string): string {
  if (!isObjectType(named)) return '';
  const lines: string[] = [];
  for (const field of Object.values(named.getFields())) {
    if (field.args.some((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined)) continue;
    if (!isLeafType(getNamedType(field.type)) && depth === 0) continue;
    const alias = prefix ? `${prefix}${field.name}: ` : '';
    lines.push(`${alias}${field.name} ${selectionOf(field.type, depth - 1)}`);
  }
  return lines.join(' ');
}

/** The text of everything a client was ever answered. */
export class Transcript {
  readonly #lines: string[] = [];

  async ask(client: TestClient, query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    const answer = await client.send(query, variables);
    this.#lines.push(JSON.stringify({ data: answer.data, errors: answer.errors }));
    return answer;
  }

  get text(): string {
    return this.#lines.join('\n');
  }
}

/** Names of what differs between any two calls. */
const PASSING = ['requestId', 'until', 'secondsSinceLastEntry'];

/** An answer without what differs between any two calls, for comparing. */
export function comparable(answer: Answer): unknown {
  return JSON.parse(
    JSON.stringify({ status: answer.status, data: answer.data, errors: answer.errors }, (key, value) =>
      PASSING.includes(key) ? 'PASSING' : value,
    ),
  );
}
