import {
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql';
import type { GatewayOperation } from './operations.ts';

/** What a blueprint leaves for its importer to fill in, in one module. */
const SETTINGS = [
  { name: 'server', value: 'https://casegraph.example.com' },
  { name: 'apiKey', value: 'cgk_…' },
];

/** Minutes between attempts, and their number, while the server can not be reached or is busy. */
const RETRY = { retry: true, count: 5, interval: 5 };

const ID = { webhook: 1, body: 2, settings: 3, key: 4, request: 5, answer: 6, respond: 7, retry: 8 } as const;

/**
 * A scenario for Make that takes an operation's input by webhook, runs the operation and answers what it came to. A failed
 * request is kept as an incomplete execution and sent again with the same body and the same idempotency key: both are
 * made before the request, and Make keeps what earlier modules have made. Module names are those Make exports.
 */
export function blueprintOf(operation: GatewayOperation): Record<string, unknown> {
  const request = operation.kind === 'write' ? writeModules(operation) : [settings([]), readRequest(operation)];
  return {
    name: `casegraph ${operation.name}`,
    flow: [webhook(operation), ...request, answer(), respond()].map((one, index) => placed(one, index)),
    metadata: {
      instant: true,
      version: 1,
      // Without incomplete executions a retry would be dropped.
      scenario: { roundtrips: 1, maxErrors: 3, autoCommit: true, sequential: false, dataloss: false, dlq: true },
      designer: { orphans: [] },
    },
  };
}

interface Module {
  readonly id: number;
  readonly module: string;
  readonly version: number;
  readonly name: string;
  readonly parameters?: object;
  readonly mapper: object;
  readonly interface?: object[];
  readonly onerror?: Module[];
}

function placed({ name, interface: fields, onerror, ...rest }: Module, index: number): Record<string, unknown> {
  return {
    parameters: {},
    ...rest,
    ...(onerror
      ? { onerror: onerror.map((handler) => ({ ...placed(handler, index), metadata: at(name, index, 200) })) }
      : {}),
    metadata: { ...at(name, index, 0), ...(fields ? { interface: fields } : {}) },
  };
}

function at(name: string, index: number, y: number): object {
  return { designer: { x: index * 300, y, name } };
}

function webhook({ kind, field }: GatewayOperation): Module {
  const args = kind === 'write' ? inputFieldsOf(field.args[0]!.type) : field.args;
  const input = args.map(({ name, type }) => fieldOf(name, type)).filter(({ name }) => name !== 'idempotencyKey');
  const key = { name: 'idempotencyKey', type: 'text', label: 'Names this delivery, when the sender has a name for it' };
  return {
    id: ID.webhook,
    module: 'gateway:CustomWebHook',
    version: 1,
    name: 'Input',
    parameters: { hook: null, maxResults: 1 },
    mapper: {},
    interface: [...(kind === 'write' ? [key] : []), { name: 'input', type: 'collection', spec: input }],
  };
}

function writeModules(operation: GatewayOperation): Module[] {
  const names = inputFieldsOf(operation.field.args[0]!.type).map(({ name }) => name);
  // What a save was made from names it: the same change of the same version is the same save, whoever sends it again.
  const isPinned = names.includes('caseId') && names.includes('expectedVersion');
  const natural = {
    name: 'natural',
    value: `{{1.input.caseId}}:{{1.input.expectedVersion}}:{{sha256(${ID.body}.json)}}`,
  };
  const made = isPinned ? `if(1.input.expectedVersion; ${ID.settings}.natural; uuid)` : 'uuid';
  return [
    toJson(ID.body, 'Body', '{{1.input}}'),
    settings(isPinned ? [natural] : []),
    variables(ID.key, 'Idempotency key', [{ name: 'idempotencyKey', value: `{{ifempty(1.idempotencyKey; ${made})}}` }]),
    request(operation, 'post', [{ name: 'Idempotency-Key', value: `{{${ID.key}.idempotencyKey}}` }], {
      qs: [],
      bodyType: 'raw',
      contentType: 'application/json',
      data: `{{${ID.body}.json}}`,
    }),
  ];
}

function readRequest(operation: GatewayOperation): Module {
  const qs = operation.field.args.map(({ name }) => ({ name, value: `{{1.input.${name}}}` }));
  return request(operation, 'get', [], { qs });
}

function request({ name }: GatewayOperation, method: string, headers: object[], body: object): Module {
  return {
    id: ID.request,
    module: 'http:ActionSendData',
    version: 3,
    name,
    parameters: { handleErrors: true, useNewZLibDeCompress: true },
    mapper: {
      url: `{{${ID.settings}.server}}/gateway/${name}`,
      serializeUrl: false,
      method,
      headers: [{ name: 'apikey', value: `{{${ID.settings}.apiKey}}` }, ...headers],
      ...body,
      parseResponse: true,
      timeout: '60',
      shareCookies: false,
      rejectUnauthorized: true,
      followRedirect: false,
      useQuerystring: false,
      gzip: true,
      useMtls: false,
    },
    onerror: [{ id: ID.retry, module: 'builtin:Break', version: 1, name: 'Again', mapper: RETRY }],
  };
}

function settings(more: object[]): Module {
  return variables(ID.settings, 'Fill in: server and API key', [...SETTINGS, ...more]);
}

function variables(id: number, name: string, values: object[]): Module {
  return { id, module: 'util:SetVariables', version: 1, name, mapper: { scope: 'roundtrip', variables: values } };
}

function answer(): Module {
  return toJson(ID.answer, 'Answer', `{{${ID.request}.data}}`);
}

function toJson(id: number, name: string, object: string): Module {
  return { id, module: 'json:TransformToJSON', version: 1, name, parameters: { space: '' }, mapper: { object } };
}

function respond(): Module {
  return {
    id: ID.respond,
    module: 'gateway:WebhookRespond',
    version: 1,
    name: 'Respond',
    mapper: {
      status: `{{${ID.request}.statusCode}}`,
      body: `{{${ID.answer}.json}}`,
      headers: [{ key: 'Content-Type', value: 'application/json' }],
    },
  };
}

interface Field {
  readonly name: string;
  readonly type: GraphQLInputType;
}

function inputFieldsOf(type: GraphQLInputType): Field[] {
  const input = getNamedType(type);
  return isInputObjectType(input) ? Object.values(input.getFields()) : [];
}

/** A field as Make describes what a bundle holds. */
function fieldOf(name: string, given: GraphQLInputType): { name: string; type: string; spec?: object } {
  const type = getNullableType(given);
  const inner = inputFieldsOf(type).map((field) => fieldOf(field.name, field.type));
  if (isListType(type))
    return { name, type: 'array', spec: inner.length > 0 ? inner : { type: fieldOf(name, type.ofType).type } };
  if (isInputObjectType(type)) return { name, type: 'collection', spec: inner };
  return { name, type: isEnumType(type) ? 'text' : (MAKE_TYPES[type.name] ?? 'text') };
}

const MAKE_TYPES: Readonly<Record<string, string>> = {
  Int: 'number',
  Float: 'number',
  Boolean: 'boolean',
  JSON: 'any',
};
