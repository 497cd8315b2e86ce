import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  parse,
} from 'graphql';
import { operationName } from '../../schema/operation-names.ts';
import { type Told, tellAnswer } from './told.ts';

/** A root field of the schema under its gateway name, with the document that runs it. */
export interface GatewayOperation {
  readonly name: string;
  /** A read is asked for with GET, a write is sent with POST. */
  readonly kind: 'read' | 'write';
  readonly field: GraphQLField<unknown, unknown>;
  /** Null for an answer that is a bare value. */
  readonly told: Told | null;
  readonly document: DocumentNode;
}

/** Fields that no answer of one shape fits: what they give can be of any type. */
const NOT_SERVED: ReadonlySet<string> = new Set(['node', 'nodes']);

/** Every operation there is, by name. */
export function listOperations(schema: GraphQLSchema): ReadonlyMap<string, GatewayOperation> {
  const reads = Object.values(schema.getQueryType()?.getFields() ?? {});
  const writes = Object.values(schema.getMutationType()?.getFields() ?? {});
  const all = [...reads.map((field) => describe('read', field)), ...writes.map((field) => describe('write', field))];
  const served = all.filter((operation) => operation !== null);
  return new Map(served.map((operation) => [operation.name, operation] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function describe(kind: 'read' | 'write', field: GraphQLField<unknown, unknown>): GatewayOperation | null {
  const name = operationName(field.name);
  const type = getNamedType(field.type);
  if (name === null || NOT_SERVED.has(field.name)) return null;
  const told = isObjectType(type) ? tellAnswer(type, kind, isListType(getNullableType(field.type))) : null;
  return { name, kind, field, told, document: documentOf(kind, field, told) };
}

function documentOf(kind: 'read' | 'write', field: GraphQLField<unknown, unknown>, told: Told | null): DocumentNode {
  const declared = field.args.map((argument) => `$${argument.name}: ${argument.type}`);
  const passed = field.args.map(({ name }) => `${name}: $${name}`);
  const inBrackets = (texts: string[]) => (texts.length > 0 ? `(${texts.join(', ')})` : '');
  const keyword = kind === 'read' ? 'query' : 'mutation';
  return parse(
    `${keyword} ${field.name}${inBrackets(declared)} { ${field.name}${inBrackets(passed)}${selectionOf(told)} }`,
    { noLocation: true },
  );
}

function selectionOf(told: Told | null): string {
  return told ? ` { ${told.fields.map(({ field, told }) => `${field.name}${selectionOf(told)}`).join(' ')} }` : '';
}
