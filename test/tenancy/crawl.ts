import {
  type GraphQLNamedType,
  type GraphQLObjectType,
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

/** As many tokens as a document may have, with room for what stands around a selection. */
const MAX_TOKENS = 4_500;

/**
 * Everything that can be selected of a query field without arguments, `depth` objects deep, in as many selections as a
 * document's length makes needed. What would come back to a type above is left out: the same rows are asked for there.
 */
export function selectionsOf(queryField: string, depth = 4): string[] {
  const type = getNamedType(schema.getQueryType()!.getFields()[queryField]!.type);
  if (isLeafType(type)) return [''];
  const parts = partsOf(type, depth, []);
  const chunks: string[][] = [[]];
  for (const part of parts) {
    const last = chunks.at(-1)!;
    if (last.length > 0 && countTokens([...last, part].join(' ')) > MAX_TOKENS) chunks.push([part]);
    else last.push(part);
  }
  return chunks.map((chunk) => `{ __typename ${chunk.join(' ')} }`);
}

/** Selections of single fields; of an abstract type one fragment a field and possible type. */
function partsOf(type: GraphQLNamedType, depth: number, above: readonly string[]): string[] {
  if (isObjectType(type)) return fieldsOf(type, depth, above, '');
  if (!isAbstractType(type)) return [];
  return schema
    .getPossibleTypes(type)
    .filter(({ name }) => !above.includes(name))
    .flatMap((possible) =>
      // Aliases keep fields apart that differ in nullability.
      fieldsOf(possible, depth, above, `${possible.name}_`).map((part) => `... on ${possible.name} { ${part} }`),
    );
}

function fieldsOf(type: GraphQLObjectType, depth: number, above: readonly string[], prefix: string): string[] {
  const within = [...above, type.name];
  return Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined)) return [];
    const named = getNamedType(field.type);
    const name = prefix ? `${prefix}${field.name}: ${field.name}` : field.name;
    if (isLeafType(named)) return [name];
    for (let deep = depth - 1; deep >= 0; deep--) {
      const inside = within.includes(named.name) ? [] : partsOf(named, deep, within);
      const part = `${name} { __typename ${inside.join(' ')} }`;
      if (countTokens(part) <= MAX_TOKENS) return inside.length > 0 ? [part] : [];
    }
    return [];
  });
}

function countTokens(text: string): number {
  return text.match(/\w+|[^\s\w]/g)?.length ?? 0;
}

/** The text of everything a client was ever answered. */
export class Transcript {
  readonly #lines: string[] = [];

  async ask(client: TestClient, query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    const answer = await client.send(query, variables);
    this.#lines.push(JSON.stringify({ data: answer.data, errors: answer.errors }));
    return answer;
  }

  /** Questions asked. */
  get size(): number {
    return this.#lines.length;
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
