import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  getOperationRootType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { RequestError } from '../../errors.ts';
import type { Limits } from '../../limits.ts';
import { type CostOf, compileCost } from './cost.ts';
import { tooComplex } from './document-text.ts';

/** What can be said of an operation before it is known with which variables it comes. */
export interface Analysis {
  /** Why it is refused whatever its variables are. */
  readonly refusal: RequestError | null;
  /** It asks for the schema. */
  readonly introspects: boolean;
  readonly cost: CostOf;
  /** The document in the one form in which those that mean the same are written alike. */
  readonly normalForm: () => string;
}

type Analyse = (document: DocumentNode, operationName: string | null | undefined) => Analysis | null;

/** Analyses each operation of a valid document once: documents are kept once they are parsed. Null where there is no such operation. */
export function createAnalyse(schema: GraphQLSchema, limits: Limits): Analyse {
  const known = new WeakMap<DocumentNode, Map<string, Analysis | null>>();
  return (document, operationName) => {
    const analyses = known.get(document) ?? new Map<string, Analysis | null>();
    known.set(document, analyses);
    const name = operationName ?? '';
    let analysis = analyses.get(name);
    if (analysis === undefined) {
      analysis = analyse(schema, document, operationName, limits);
      // Names that lead to nothing are not worth keeping, and would have no end.
      if (analysis) analyses.set(name, analysis);
    }
    return analysis;
  };
}

function analyse(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  limits: Limits,
): Analysis | null {
  const operation = getOperationAST(document, operationName);
  const root = operation && getOperationRootType(schema, operation);
  if (!operation || !root) return null;
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
  const shape = measure(operation, fragments);
  let normalForm: string | null = null;
  return {
    refusal: findExcess(shape, limits),
    introspects: shape.introspects,
    cost: compileCost(schema, operation, fragments),
    normalForm: () => {
      normalForm ??= print(document);
      return normalForm;
    },
  };
}

interface Shape {
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
  readonly introspects: boolean;
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function measure(operation: OperationDefinitionNode, fragments: Fragments): Shape {
  const used = new Set<string>();
  let aliases = 0;
  let directives = 0;
  let introspects = false;
  // Each fragment once: what spreading it often comes to is told by the cost.
  const count = (definition: OperationDefinitionNode | FragmentDefinitionNode) =>
    visit(definition, {
      Field: ({ alias, name }) => {
        if (alias) aliases += 1;
        if (name.value === '__schema' || name.value === '__type') introspects = true;
      },
      Directive: () => {
        directives += 1;
      },
      FragmentSpread: ({ name }) => {
        if (used.has(name.value)) return;
        used.add(name.value);
        const fragment = fragments.get(name.value);
        if (fragment) count(fragment);
      },
    });
  count(operation);
  const { depth, fields } = createMeasure(fragments);
  return {
    depth: depth(operation.selectionSet),
    rootFields: fields(operation.selectionSet),
    aliases,
    directives,
    introspects,
  };
}

/** Fragments are measured once each: spread in each other, they stand for more than could ever be walked. */
function createMeasure(fragments: Fragments) {
  const depths = new Map<SelectionSetNode, number>();
  const counts = new Map<SelectionSetNode, number>();
  const once = (known: Map<SelectionSetNode, number>, set: SelectionSetNode, measure: () => number) => {
    const value = known.get(set) ?? measure();
    known.set(set, value);
    return value;
  };
  const innerOf = (node: SelectionSetNode['selections'][number]) =>
    node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value)?.selectionSet : node.selectionSet;
  /** Levels of fields. What describes the schema has a rule of its own, and is deep by nature. */
  const depth = (set: SelectionSetNode): number =>
    once(depths, set, () =>
      set.selections.reduce((deepest, node) => {
        const inner = innerOf(node);
        if (node.kind !== Kind.FIELD) return Math.max(deepest, inner ? depth(inner) : 0);
        const below = inner && !node.name.value.startsWith('__') ? depth(inner) : 0;
        return Math.max(deepest, 1 + below);
      }, 0),
    );
  const fields = (set: SelectionSetNode): number =>
    once(counts, set, () =>
      set.selections.reduce((sum, node) => {
        const inner = innerOf(node);
        return sum + (node.kind === Kind.FIELD ? 1 : inner ? fields(inner) : 0);
      }, 0),
    );
  return { depth, fields };
}

function findExcess(shape: Shape, limits: Limits): RequestError | null {
  if (shape.depth > limits.documentDepth)
    return tooComplex(
      `The operation is ${shape.depth} levels deep, and ${limits.documentDepth} are allowed. Ask for the inner part by itself, by its id.`,
    );
  if (shape.aliases > limits.documentAliases)
    return tooComplex(
      `The operation has ${shape.aliases} aliases, and ${limits.documentAliases} are allowed. Ask for many rows with one list, or by several requests.`,
    );
  if (shape.rootFields > limits.documentRootFields)
    return tooComplex(
      `The operation has ${shape.rootFields} fields at its root, and ${limits.documentRootFields} are allowed. Send several requests.`,
    );
  if (shape.directives > limits.documentDirectives)
    return tooComplex(
      `The operation has ${shape.directives} directives, and ${limits.documentDirectives} are allowed. Leave out what you do not need, rather than skipping it.`,
    );
  return null;
}
