import {
  type ExecutionArgs,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isAbstractType,
  isObjectType,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { collectValues } from '../../resolvers/sql-values.ts';
import type { Args, InSql, RowsSource } from '../../schema/in-sql.ts';
import { buildObject, NotInSql } from './build-object.ts';
import { compileConnection } from './connection.ts';
import { fieldInSql } from './field-in-sql.ts';

/** A query as one statement: a column of JSON text for each root field, and the acting organisation first. */
export interface CompiledQuery {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Names of the root fields in the answer, in their order. */
  readonly keys: readonly string[];
  /** Names of the root fields in the schema. */
  readonly fields: readonly string[];
  /** Whether the answer depends on the organisation that the request acts for. */
  readonly usesOrg: boolean;
}

/** Null for what can't be answered by one statement. It says nothing of what is wrong with a query: the resolvers do. */
export function compileQuery(args: ExecutionArgs, requestedOrg: string | null): CompiledQuery | null {
  const { schema, document } = args;
  const operation = getOperationAST(document, args.operationName);
  if (operation?.operation !== OperationTypeNode.QUERY) return null;
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], args.variableValues ?? {});
  if (errors) return null;
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  const compiler = new Compiler(schema, fragments, coerced, requestedOrg);
  try {
    return compiler.compileRoots(schema.getQueryType()!, operation.selectionSet);
  } catch {
    // A refusal of an argument is met again by the resolver, which knows how to tell it.
    return null;
  }
}

interface Selected {
  readonly key: string;
  readonly nodes: FieldNode[];
}

/** Turns the selections of one query into SQL. What it can't, it throws. */
export class Compiler {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #requestedOrg: string | null;
  readonly #collected = collectValues();
  #aliases = 0;
  #org: string | null = null;

  constructor(
    schema: GraphQLSchema,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    variables: Readonly<Record<string, unknown>>,
    requestedOrg: string | null,
  ) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#variables = variables;
    this.#requestedOrg = requestedOrg;
  }

  readonly values = this.#collected.values;
  readonly param = this.#collected.param;

  readonly org = (): string => {
    this.#org ??= `(select private.acting_org(${this.param(this.#requestedOrg, 'uuid')}))`;
    return this.#org;
  };

  /** A name for the next source of rows: n1, n2, … */
  nextAlias(): string {
    return `n${++this.#aliases}`;
  }

  compileRoots(type: GraphQLObjectType, selections: SelectionSetNode): CompiledQuery {
    const roots = this.#select(type, [selections]);
    const columns = roots.map(({ nodes }, index) => `(${this.#compileField(type, nodes, '')})::text as c${index}`);
    const usesOrg = this.#org !== null;
    return {
      text: `select ${[...(usesOrg ? [`${this.#org}::text as org`] : []), ...columns].join(', ')}`,
      values: this.values,
      keys: roots.map(({ key }) => key),
      fields: roots.map(({ nodes }) => nodes[0]!.name.value),
      usesOrg,
    };
  }

  /** A JSON object of what is selected of the row `row`. */
  compileObject(type: GraphQLObjectType, selections: readonly SelectionSetNode[], row: string): string {
    const members = this.#select(type, selections).map(
      ({ key, nodes }) => `'${key}', ${this.#compileField(type, nodes, row)}`,
    );
    return buildObject(members);
  }

  /** The fields selected of a type, by their names in the answer, in the order in which they first stand there. */
  #select(type: GraphQLObjectType, selections: readonly SelectionSetNode[]): Selected[] {
    const found = new Map<string, FieldNode[]>();
    const seen = new Set<object>();
    const collect = (set: SelectionSetNode): void => {
      for (const node of set.selections) {
        if (this.#isLeftOut(node)) continue;
        if (node.kind === Kind.FIELD) {
          const key = node.alias?.value ?? node.name.value;
          const nodes = found.get(key);
          if (nodes) nodes.push(node);
          else found.set(key, [node]);
          continue;
        }
        const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value)!;
        // What a fragment selects is found by its first spread; those that spread one another twice have no end otherwise.
        if (seen.has(fragment)) continue;
        seen.add(fragment);
        if (this.#applies(fragment.typeCondition?.name.value, type)) collect(fragment.selectionSet);
      }
    };
    for (const set of selections) collect(set);
    return [...found].map(([key, nodes]) => ({ key, nodes }));
  }

  #isLeftOut(node: SelectionSetNode['selections'][number]): boolean {
    if (!node.directives?.length) return false;
    if (getDirectiveValues(GraphQLSkipDirective, node, this.#variables)?.if === true) return true;
    return getDirectiveValues(GraphQLIncludeDirective, node, this.#variables)?.if === false;
  }

  #applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanted = this.#schema.getType(condition);
    return isAbstractType(wanted) && this.#schema.isSubType(wanted, type);
  }

  #compileField(type: GraphQLObjectType, nodes: readonly FieldNode[], row: string): string {
    const [node] = nodes as [FieldNode];
    if (node.name.value === '__typename') return `'${type.name}'::text`;
    const field = type.getFields()[node.name.value];
    const sql = field && fieldInSql(type, field);
    if (!field || !sql) throw new NotInSql();
    return this.#compileInSql(field, sql, nodes, row);
  }

  #compileInSql(field: GraphQLField<unknown, unknown>, sql: InSql, nodes: readonly FieldNode[], row: string): string {
    const args: Args = getArgumentValues(field, nodes[0]!, this.#variables);
    if ('value' in sql) return sql.value(row, args, this.param);
    const type = getNamedType(field.type);
    if (!isObjectType(type)) throw new NotInSql();
    const selections = nodes.map((node) => node.selectionSet!);
    if ('rows' in sql) return this.#compileRows(sql.rows(row, args, this.param, this.org), type, selections, args);
    const name = this.nextAlias();
    const from = sql.row(name, row, args, this.param, this.org);
    return `(select ${this.compileObject(type, selections, name)} from ${from})`;
  }

  #compileRows(
    source: RowsSource,
    type: GraphQLObjectType,
    selections: readonly SelectionSetNode[],
    args: Args,
  ): string {
    // Read from the end, a page is turned round; the resolvers do that.
    if (args.last != null) throw new NotInSql();
    return compileConnection(this, type, source, args, (of, given) =>
      this.#select(of, given ?? selections).map(({ key, nodes }) => ({
        key,
        name: nodes[0]!.name.value,
        selections: nodes.flatMap((node) => node.selectionSet ?? []),
      })),
    );
  }
}
