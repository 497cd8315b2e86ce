import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLEnumType,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  valueFromASTUntyped,
} from 'graphql';
import type { Told } from './told.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Scalars as JSON Schema tells them; one that is missing here can be anything. */
const SCALARS: Readonly<Record<string, JsonSchema>> = {
  ID: { type: 'string' },
  String: { type: 'string' },
  Boolean: { type: 'boolean' },
  Int: { type: 'integer', format: 'int32' },
  Float: { type: 'number' },
  UUID: { type: 'string', format: 'uuid' },
  DateTime: { type: 'string', format: 'date-time' },
  Date: { type: 'string', format: 'date' },
  Decimal: { type: 'string', pattern: '^-?\\d{1,15}(\\.\\d{1,6})?$', examples: ['2240.00'] },
  FeedCursor: { type: 'string' },
};

/** Types of the schema as JSON Schema: each named one is described once, and pointed at from where it is used. */
export class SchemaCatalogue {
  readonly components: Record<string, JsonSchema> = {};
  readonly #names = new Map<string, string>();

  /** What a value of an input type may be. */
  input(type: GraphQLInputType): JsonSchema {
    return wrapped(type, (named) => {
      if (isInputObjectType(named)) return this.#once(named.name, () => this.#inputObject(named));
      return this.#leaf(named);
    });
  }

  /** What is told of a value of an output type. */
  output(type: GraphQLOutputType, told: Told | null): JsonSchema {
    return wrapped(type, (named) => (told ? this.#told(told) : this.#leaf(named)));
  }

  /** The members of an object that are told, for an answer that has others beside them. */
  members(told: Told): Record<string, JsonSchema> {
    return Object.fromEntries(
      told.fields.map(({ field, told }) => [field.name, described(this.output(field.type, told), field.description)]),
    );
  }

  /** Describes a component of our own. */
  add(name: string, schema: JsonSchema): JsonSchema {
    this.components[name] = schema;
    return reference(name);
  }

  #leaf(type: GraphQLType): JsonSchema {
    if (isEnumType(type)) return this.#once(type.name, () => enumSchema(type));
    return SCALARS[String(type)] ?? {};
  }

  #inputObject(type: GraphQLInputObjectType): JsonSchema {
    const fields = Object.values(type.getFields());
    return object({
      description: type.description,
      properties: Object.fromEntries(fields.map((field) => [field.name, this.argument(field)])),
      required: fields.filter(isRequiredInputField).map(({ name }) => name),
      additionalProperties: false,
    });
  }

  /** An argument or a field of an input, with what it is when it is not sent. */
  argument(argument: GraphQLArgument | GraphQLInputField): JsonSchema {
    const { defaultValue, type, description } = argument;
    const node = defaultValue === undefined ? null : astFromValue(defaultValue, type);
    const schema = described(this.input(type), description);
    return node ? { ...schema, default: valueFromASTUntyped(node) } : schema;
  }

  #told(told: Told): JsonSchema {
    const properties = this.members(told);
    const schema = object({ description: told.type.description, properties, required: Object.keys(properties) });
    const text = JSON.stringify(schema);
    // A type of which a read tells more than a write does has a second description.
    const known =
      this.#names.get(text) ??
      [told.type.name, `${told.type.name}Read`, `${told.type.name}ReadOfOne`].find((name) => !this.components[name]);
    if (!known) throw new Error(`${told.type.name} is told in more ways than there are names for.`);
    this.#names.set(text, known);
    this.components[known] = schema;
    return reference(known);
  }

  #once(name: string, make: () => JsonSchema): JsonSchema {
    if (!this.components[name]) {
      // First, so that a type within itself ends here.
      this.components[name] = {};
      this.components[name] = make();
    }
    return reference(name);
  }
}

function wrapped(type: GraphQLType, describe: (named: GraphQLType) => JsonSchema): JsonSchema {
  if (isNonNullType(type)) return notNull(type.ofType as GraphQLType, describe);
  return nullable(notNull(type, describe));
}

function notNull(type: GraphQLType, describe: (named: GraphQLType) => JsonSchema): JsonSchema {
  return isListType(type) ? { type: 'array', items: wrapped(type.ofType as GraphQLType, describe) } : describe(type);
}

function nullable(schema: JsonSchema): JsonSchema {
  if ('$ref' in schema) return { anyOf: [schema, { type: 'null' }] };
  // What can be anything can be null.
  return 'type' in schema ? { ...schema, type: [schema.type, 'null'] } : schema;
}

function enumSchema(type: GraphQLEnumType): JsonSchema {
  const values = type.getValues();
  const lines = values.filter((value) => value.description).map((value) => `- \`${value.name}\`: ${value.description}`);
  const description = [type.description, lines.join('\n')].filter(Boolean).join('\n\n');
  return described({ type: 'string', enum: values.map(({ name }) => name) }, description);
}

function object({
  description,
  ...rest
}: { description: string | null | undefined } & Record<string, unknown>): JsonSchema {
  return described({ type: 'object', ...rest }, description);
}

function described(schema: JsonSchema, description: string | null | undefined): JsonSchema {
  return description ? { ...schema, description } : schema;
}

export function reference(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}
