import {
  type GraphQLArgument,
  type GraphQLInputType,
  getNullableType,
  isInputObjectType,
  isListType,
  isRequiredArgument,
} from 'graphql';
import { faultAt, findInputFaults, type InputFault, unknownName } from './input-faults.ts';

export interface Parameters {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly faults: readonly InputFault[];
}

/**
 * Arguments from the parameters of an address, by their types. A list is a repeated parameter, one with commas, or a JSON
 * array; an input object is its JSON text. An empty parameter is one that is not sent: Make sends what it has no value for so.
 */
export function readParameters(args: readonly GraphQLArgument[], query: URLSearchParams): Parameters {
  const known = new Map(args.map((argument) => [argument.name, argument]));
  const faults = [...new Set(query.keys())]
    .filter((name) => !known.has(name))
    .map((name) => unknownName('parameter', name, [...known.keys()], []));
  const variables: Record<string, unknown> = {};
  for (const argument of args) {
    const texts = query.getAll(argument.name).filter((text) => text !== '');
    if (texts.length === 0) {
      if (isRequiredArgument(argument))
        faults.push(faultAt([argument.name], `The parameter ${argument.name} is needed.`));
      continue;
    }
    const { value, fault } = readArgument(argument, texts);
    variables[argument.name] = value;
    faults.push(...(fault ? [fault] : findInputFaults(value, argument.type, [argument.name])));
  }
  return { variables, faults };
}

function readArgument({ name, type }: GraphQLArgument, texts: string[]): { value?: unknown; fault?: InputFault } {
  const inner = getNullableType(type);
  try {
    if (isListType(inner)) return { value: readList(texts, inner.ofType) };
  } catch {
    return { fault: faultAt([name], `The parameter ${name} is not the JSON of a list.`) };
  }
  if (texts.length > 1)
    return { fault: faultAt([name], `The parameter ${name} takes one value; it came ${texts.length} times.`) };
  try {
    return { value: readOne(texts[0]!, inner) };
  } catch {
    return {
      fault: faultAt([name], `The parameter ${name} is a JSON object, as {"isActive": true}, encoded for an address.`),
    };
  }
}

function readList(texts: string[], type: GraphQLInputType): unknown[] {
  const [only] = texts;
  if (texts.length > 1) return texts.map((text) => readOne(text, type));
  if (only!.startsWith('[')) return JSON.parse(only!) as unknown[];
  if (isInputObjectType(getNullableType(type))) return [readOne(only!, type)];
  return only!.split(',').map((text) => readOne(text.trim(), type));
}

/** What is no number or truth value stays text, for the type to refuse in its own words. */
function readOne(text: string, given: GraphQLInputType): unknown {
  const type = getNullableType(given);
  if (isInputObjectType(type)) return JSON.parse(text);
  switch ('name' in type ? type.name : '') {
    case 'Int':
    case 'Float':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case 'Boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'JSON':
      return JSON.parse(text);
    default:
      return text;
  }
}
