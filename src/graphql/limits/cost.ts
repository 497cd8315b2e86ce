import {
  type ArgumentNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationRootType,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { DEFAULT_PAGE_SIZE } from '../../resolvers/paging.ts';
import { FIELD_COSTS, type FieldCost, MUTATION_COST, UNSIZED_LIST } from './field-costs.ts';
import { type ReadValue, readArgument, type Variables } from './read-argument.ts';

/**
 * The cost of an operation with these variables, as they were sent: how many values its answer can hold at most. Each field
 * counts 1 (those of field-costs.ts more or less) for each row it can be answered for.
 */
export type CostOf = (variables: Variables) => number;

/** Cost of a selection: `fixed`, and `each` for each member of the lists right in it whose length the field above says. */
interface Sum {
  readonly fixed: number;
  readonly each: number;
}

/** A part of the cost: known, or to be found out with the variables of a request. */
type Part = Sum | ((request: Request) => Sum);

interface Request {
  readonly variables: Variables;
  /** What fragments came to: spread in each other, they are more than could be gone through. */
  readonly fragments: Map<object, Sum>;
}

type Size = number | ((variables: Variables) => number);

const NOTHING: Sum = { fixed: 0, each: 0 };

/** Compiles a valid operation: what the variables make no difference to is summed up now, and not for each request. */
export function compileCost(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): CostOf {
  const root = getOperationRootType(schema, operation);
  const isMutation = operation.operation === 'mutation';
  const readValue = (node: ArgumentNode['value'], type: Parameters<typeof readArgument>[1]) =>
    readArgument(node, type, operation.variableDefinitions ?? []);
  const compiled = new Map<string, Part>();

  const selectionSet = (set: SelectionSetNode | undefined, parent: GraphQLNamedType): Part => {
    if (!set) return NOTHING;
    const always: Part[] = [];
    // Of the types that an interface or a union stands for, a row is one: the dearest.
    const eitherOf = new Map<string, Part[]>();
    for (const node of set.selections) {
      const condition = typeOfFragment(node);
      const part = selection(node, condition ?? parent);
      if (condition && isObjectType(condition) && isAbstractType(parent))
        eitherOf.set(condition.name, [...(eitherOf.get(condition.name) ?? []), part]);
      else always.push(part);
    }
    return add([...always, dearest([...eitherOf.values()].map(add))]);
  };

  const typeOfFragment = (node: SelectionNode): GraphQLNamedType | undefined => {
    if (node.kind === Kind.FIELD) return undefined;
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    return fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
  };

  const selection = (node: SelectionNode, type: GraphQLNamedType): Part => {
    if (node.kind === Kind.FIELD) return field(node.name.value, node.arguments ?? [], node.selectionSet, type);
    if (node.kind === Kind.INLINE_FRAGMENT) return selectionSet(node.selectionSet, type);
    const name = node.name.value;
    let part = compiled.get(name);
    if (!part) {
      part = remembered(selectionSet(fragments.get(name)?.selectionSet, type));
      compiled.set(name, part);
    }
    return part;
  };

  const field = (
    name: string,
    nodes: readonly ArgumentNode[],
    set: SelectionSetNode | undefined,
    parent: GraphQLNamedType,
  ): Part => {
    const listed = FIELD_COSTS[`${parent.name}.${name}`] ?? FIELD_COSTS[`*.${name}`] ?? {};
    const known = 'getFields' in parent ? (parent.getFields() as Fields)[name] : undefined;
    // Fields that describe the schema, which is the same for all and of one size.
    if (!known) return { fixed: listed.own ?? 1, each: 0 };
    const argument = (wanted: string): ReadValue => {
      const node = nodes.find((given) => given.name.value === wanted);
      const declared = known.args.find(({ name }) => name === wanted);
      return node && declared ? readValue(node.value, declared) : () => declared?.defaultValue;
    };
    const own = ownCost(listed, argument, isMutation && parent === root ? MUTATION_COST : 1);
    const size = readSize(known, argument, listed);
    const below = selectionSet(set, getNamedType(known.type));
    if (!isListType(getNullableType(known.type))) return one(own, below, size ?? UNSIZED_LIST);
    if (!isCompositeType(getNamedType(known.type))) return own;
    return size === null ? inheriting(own, below) : listOf(own, below, size);
  };

  const total = selectionSet(operation.selectionSet, root!);
  return (variables) => {
    const { fixed, each } =
      typeof total === 'function' ? total({ variables: variables ?? {}, fragments: new Map() }) : total;
    return Math.min(fixed + each * UNSIZED_LIST, Number.MAX_SAFE_INTEGER);
  };
}

type Fields = Record<string, GraphQLField<unknown, unknown> | undefined>;

function ownCost(listed: FieldCost, argument: (name: string) => ReadValue, otherwise: number): Part {
  const own = { fixed: listed.own ?? otherwise, each: 0 };
  if (!listed.with) return own;
  const less = { fixed: listed.with.own, each: 0 };
  const value = argument(listed.with.argument);
  return ({ variables }) => (value(variables) ? less : own);
}

/** How long its list is, or the list right below it: what the arguments say. Null where they say nothing. */
function readSize(
  field: GraphQLField<unknown, unknown>,
  argument: (name: string) => ReadValue,
  listed: FieldCost,
): Size | null {
  const names = new Set(field.args.map(({ name }) => name));
  if (names.has('first')) {
    const [first, last] = [argument('first'), argument('last')];
    const otherwise = listed.size ?? DEFAULT_PAGE_SIZE;
    return (variables) => readCount(first(variables) ?? last(variables), otherwise);
  }
  // One item of the answer for each that was sent, in the argument or in the input object.
  const lists = field.args.flatMap(({ name, type }) => {
    const named = getNamedType(type);
    if (isListType(getNullableType(type))) return [argument(name)];
    if (!isInputObjectType(named) || name !== 'input') return [];
    const input = argument(name);
    const inner = Object.values(named.getFields()).filter((member) => isListType(getNullableType(member.type)));
    return inner.map((member) => (variables: Variables) => {
      const value = input(variables);
      return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[member.name] : undefined;
    });
  });
  if (lists.length > 0) return (variables) => Math.max(...lists.map((list) => countItems(list(variables))));
  return listed.size ?? null;
}

/** No page is longer, and who asks for more is told so by the field itself. */
const MAX_COUNT = 1_000;

/** What is no whole number is refused when the operation is run. */
function readCount(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? Math.min(Math.max(value, 0), MAX_COUNT) : otherwise;
}

/** One item may stand for a list of one. */
function countItems(value: unknown): number {
  if (value === undefined || value === null) return 0;
  return Array.isArray(value) ? value.length : 1;
}

function one(own: Part, below: Part, size: Size): Part {
  return combine(
    [own, below],
    ([mine, inner], { variables }) => ({
      fixed: mine!.fixed + inner!.fixed + (inner!.each > 0 ? inner!.each * sizeOf(size, variables) : 0),
      each: 0,
    }),
    typeof size === 'number' || (typeof below !== 'function' && below.each === 0),
  );
}

/** A list as long as the field above it says. */
function inheriting(own: Part, below: Part): Part {
  return combine([own, below], ([mine, inner]) => ({
    fixed: 0,
    each: mine!.fixed + inner!.fixed + inner!.each * UNSIZED_LIST,
  }));
}

function listOf(own: Part, below: Part, size: Size): Part {
  return combine(
    [own, below],
    ([mine, inner], { variables }) => ({
      fixed: sizeOf(size, variables) * (mine!.fixed + inner!.fixed + inner!.each * UNSIZED_LIST),
      each: 0,
    }),
    typeof size === 'number',
  );
}

function add(parts: readonly Part[]): Part {
  return combine(parts, (sums) =>
    sums.reduce((total, sum) => ({ fixed: total.fixed + sum.fixed, each: total.each + sum.each }), NOTHING),
  );
}

function dearest(parts: readonly Part[]): Part {
  return combine(parts, (sums) => ({
    fixed: Math.max(0, ...sums.map(({ fixed }) => fixed)),
    each: Math.max(0, ...sums.map(({ each }) => each)),
  }));
}

const NO_REQUEST: Request = { variables: {}, fragments: new Map() };

/** Computed at once where no part depends on the request, nor the computation itself. */
function combine(
  parts: readonly Part[],
  compute: (sums: readonly Sum[], request: Request) => Sum,
  isConstant = true,
): Part {
  if (isConstant && parts.every((part) => typeof part !== 'function'))
    return compute(parts as readonly Sum[], NO_REQUEST);
  return (request) =>
    compute(
      parts.map((part) => (typeof part === 'function' ? part(request) : part)),
      request,
    );
}

function remembered(part: Part): Part {
  if (typeof part !== 'function') return part;
  return (request) => {
    const sum = request.fragments.get(part) ?? part(request);
    request.fragments.set(part, sum);
    return sum;
  };
}

function sizeOf(size: Size, variables: Variables): number {
  return typeof size === 'number' ? size : size(variables);
}
