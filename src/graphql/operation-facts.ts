import { type DocumentNode, getOperationAST, Kind, type SelectionSetNode } from 'graphql';

/** What may be told of an operation's text. */
export interface OperationFacts {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** The client's own name for it. Longer ones are cut, and numbers are left out, for people put into names what they work on. */
  readonly name: string | null;
  /** Names of the root fields, each once. */
  readonly fields: readonly string[];
}

const MAX_NAME_LENGTH = 64;
const MAX_FIELDS = 20;
/** A plate, a telephone number, an id. */
const NUMBERS = /\d{4,}/g;

const known = new WeakMap<DocumentNode, Map<string, OperationFacts | null>>();

/** Null where the document has no such operation. Documents are kept once they are parsed, so each is looked at once. */
export function operationFacts(document: DocumentNode, operationName?: string | null): OperationFacts | null {
  const byName = known.get(document) ?? new Map<string, OperationFacts | null>();
  known.set(document, byName);
  const key = operationName ?? '';
  let facts = byName.get(key);
  if (facts === undefined) {
    facts = readFacts(document, operationName);
    // Names that are asked for and not there are the callers' to make up.
    if (facts) byName.set(key, facts);
  }
  return facts;
}

function readFacts(document: DocumentNode, operationName?: string | null): OperationFacts | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  return {
    kind: operation.operation,
    name: operation.name ? operation.name.value.slice(0, MAX_NAME_LENGTH).replaceAll(NUMBERS, '#') : null,
    fields: [...new Set(rootFields(document, operation.selectionSet))].slice(0, MAX_FIELDS),
  };
}

function rootFields(
  document: DocumentNode,
  selections: SelectionSetNode,
  /** Fragments that spread one another twice have no end otherwise. */
  seen: Set<SelectionSetNode> = new Set(),
): string[] {
  if (seen.has(selections)) return [];
  seen.add(selections);
  return selections.selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node.name.value];
    if (node.kind === Kind.INLINE_FRAGMENT) return rootFields(document, node.selectionSet, seen);
    const fragment = document.definitions.find(
      (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === node.name.value,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? rootFields(document, fragment.selectionSet, seen) : [];
  });
}
