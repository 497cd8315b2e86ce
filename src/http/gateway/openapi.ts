import {
  type GraphQLArgument,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
  isRequiredArgument,
} from 'graphql';
import { type JsonSchema, SchemaCatalogue } from './json-schema.ts';
import { describeCaseHelper } from './openapi-case-helper.ts';
import { exampleOf } from './openapi-example.ts';
import { FAILURES, failuresOf, HEADERS, REQUEST_HEADERS, SECURITY, VERDICT } from './openapi-failures.ts';
import { type GatewayOperation, listOperations } from './operations.ts';

const ABOUT = `Every operation of casegraph over plain HTTP: reads with GET, writes with POST, one address each. What they do and
answer is what the GraphQL API says of them.

Every answer is a JSON object that begins with \`ok\`, \`message\` and \`errors\`. A failure has the HTTP status of its code, and a
\`message\` that begins with the code. A write goes on with its payload, a read with \`data\`; both always have the same members, null
where there is nothing.

A write sent again with the same \`Idempotency-Key\` happens once.`;

/** The gateway as OpenAPI 3.1, made from the schema and the very selections that its answers come from. */
export function describeGateway(schema: GraphQLSchema): Record<string, unknown> {
  const catalogue = new SchemaCatalogue();
  const operations = [...listOperations(schema).values()];
  catalogue.output(schema.getType('ErrorCode') as never, null);
  for (const [name, description] of Object.entries(VERDICT.components)) catalogue.add(name, description);
  // Writes first: a type goes by its own name as they tell it.
  const described = [...operations]
    .sort((a, b) => Number(a.kind === 'read') - Number(b.kind === 'read'))
    .map((operation) => [operation, describeOperation(operation, catalogue)] as const);
  const paths = new Map(
    described.map(([operation, description]) => [
      operation.name,
      { [operation.kind === 'read' ? 'get' : 'post']: description },
    ]),
  );
  return {
    openapi: '3.1.0',
    info: { title: 'casegraph gateway', version: '1.0.0', description: ABOUT },
    servers: [{ url: '/' }],
    security: SECURITY.requirements,
    tags: [...new Set(operations.map(subjectOf))].map((name) => ({ name })),
    paths: {
      ...Object.fromEntries(operations.map(({ name }) => [`/gateway/${name}`, paths.get(name)])),
      ...describeCaseHelper(catalogue),
    },
    components: {
      schemas: Object.fromEntries(Object.entries(catalogue.components).sort(([a], [b]) => (a < b ? -1 : 1))),
      responses: FAILURES,
      parameters: REQUEST_HEADERS,
      headers: HEADERS,
      securitySchemes: SECURITY.schemes,
    },
  };
}

function describeOperation(operation: GatewayOperation, catalogue: SchemaCatalogue): Record<string, unknown> {
  const { name, kind, field } = operation;
  const isRead = kind === 'read';
  const { type } = field.args[0] ?? {};
  const body = isRead || !type ? null : { schema: catalogue.input(type), example: exampleOf(type) };
  return {
    operationId: name,
    tags: [subjectOf(operation)],
    summary: summaryOf(field),
    description: field.description,
    parameters: [
      ...(isRead
        ? field.args.map((argument) => describeParameter(argument, catalogue))
        : [{ $ref: '#/components/parameters/IdempotencyKey' }]),
      ...['OrgId', 'StrictStatus', 'RequestId'].map((header) => ({ $ref: `#/components/parameters/${header}` })),
    ],
    ...(body ? { requestBody: { required: true, content: { 'application/json': body } } } : {}),
    responses: {
      200: {
        description: isRead ? 'What was asked for.' : 'Nothing was refused.',
        headers: {
          'X-Request-Id': { $ref: '#/components/headers/RequestId' },
          ...(isRead ? {} : { 'Idempotent-Replayed': { $ref: '#/components/headers/IdempotentReplayed' } }),
        },
        content: { 'application/json': { schema: answerSchema(operation, catalogue) } },
      },
      ...failuresOf(kind),
    },
  };
}

function answerSchema({ kind, field, told }: GatewayOperation, catalogue: SchemaCatalogue): JsonSchema {
  const members =
    kind === 'write' && told
      ? { ...VERDICT.members, ...catalogue.members(told) }
      : { ...VERDICT.members, data: catalogue.output(field.type, told) };
  const schema = { type: 'object', properties: members, required: Object.keys(members) };
  return kind === 'write' && told ? catalogue.add(told.type.name, schema) : schema;
}

function describeParameter(argument: GraphQLArgument, catalogue: SchemaCatalogue): Record<string, unknown> {
  const { name, description } = argument;
  const type = getNullableType(argument.type);
  const isList = isListType(type);
  const schema = withoutNull(catalogue.argument(argument));
  const isJson = isInputObjectType(isList ? getNullableType(type.ofType) : type);
  const how = isJson ? 'As JSON.' : isList ? 'Repeated, or one with commas, or a JSON array.' : null;
  return {
    name,
    in: 'query',
    required: isRequiredArgument(argument),
    ...(description || how ? { description: [description, how].filter(Boolean).join(' ') } : {}),
    // Nothing: a page would fill in every member there is.
    ...(isJson ? { content: { 'application/json': { schema, example: isList ? [] : {} } } } : { schema }),
  };
}

/** A parameter that is not sent is not there; there is no way to send null. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const { anyOf, description: _, ...rest } = schema as { anyOf?: JsonSchema[]; type?: unknown; description?: string };
  if (anyOf) return { ...rest, ...anyOf[0] };
  return Array.isArray(rest.type) ? { ...rest, type: rest.type[0] } : rest;
}

/** The first sentence that says more than the name of the operation. */
function summaryOf({ name, description }: GatewayOperation['field']): string {
  const said = (description ?? '').replace(/^Gateway [\w.]+[.:]\s*/, '');
  return /^.+?(?=\.(\s|$))/s.exec(said)?.[0] ?? name;
}

function subjectOf({ name }: GatewayOperation): string {
  return name.split('.', 1)[0]!;
}
