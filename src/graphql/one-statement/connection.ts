import { type GraphQLObjectType, getNamedType, type SelectionSetNode } from 'graphql';
import { cursorSignature, keyText, type PageArguments, pageQuery } from '../../resolvers/paging.ts';
import { base64url, type RowsSource } from '../../schema/in-sql.ts';
import { buildObject, NotInSql } from './build-object.ts';
import type { Compiler } from './compile.ts';

interface Selected {
  readonly key: string;
  readonly name: string;
  readonly selections: readonly SelectionSetNode[];
}

/** What is selected of a type; of the connection itself where no selections are given. */
type Select = (type: GraphQLObjectType, selections?: readonly SelectionSetNode[]) => Selected[];

/**
 * A connection as a JSON object over one page of rows:
 *
 *   select json_build_object('nodes', json_agg(…), …) from (select r.*, … from … order by … limit …) n
 *
 * One row more than the page holds is read only where somebody asks whether there is more.
 */
export function compileConnection(
  compiler: Compiler,
  type: GraphQLObjectType,
  source: RowsSource,
  args: PageArguments,
  select: Select,
): string {
  const members = select(type);
  const page = pageQuery(source.order, args, compiler.values.length);
  compiler.values.push(...page.values);
  const size = page.limit - 1;
  const row = compiler.nextAlias();
  const columns = new Set([`${source.alias}.*`]);
  // Without an aggregate over them, rows would make as many objects.
  let readsRows = false;
  const aggregate = (sql: string): string => {
    readsRows = true;
    return sql;
  };
  const typeOf = (of: GraphQLObjectType, name: string) => getNamedType(of.getFields()[name]!.type) as GraphQLObjectType;
  const asksForMore = members.some(
    ({ name, selections }) =>
      name === 'pageInfo' && select(typeOf(type, name), selections).some((asked) => asked.name === 'hasNextPage'),
  );

  const place = (): string => {
    columns.add(`row_number() over (order by ${page.orderBy}) as "_place"`);
    return `${row}."_place"`;
  };
  const cursor = (): string => {
    const keys = source.order.map((key) => `to_json(${keyText(key)})::text`).join(` || ',' || `);
    columns.add(`${base64url(`'["${cursorSignature(source.order)}",' || ${keys} || ']'`)} as "_cursor"`);
    return `${row}."_cursor"`;
  };
  const collect = (json: string): string => {
    const shown = asksForMore ? ` filter (where ${place()} <= ${size})` : '';
    return aggregate(`coalesce(json_agg(${json})${shown}, '[]')`);
  };
  const edgeMember = (edge: GraphQLObjectType, { name, selections }: Selected): string => {
    if (name === '__typename') return `'${edge.name}'::text`;
    return name === 'cursor' ? cursor() : compiler.compileObject(typeOf(edge, name), selections, row);
  };
  const pageInfoMember = (pageInfo: GraphQLObjectType, { name }: Selected): string => {
    const cursors = () => aggregate(`(array_agg(${cursor()} order by ${place()}))`);
    switch (name) {
      case '__typename':
        return `'${pageInfo.name}'::text`;
      case 'hasPreviousPage':
        return args.after != null ? 'true' : 'false';
      case 'hasNextPage':
        return aggregate(`count(*) > ${size}`);
      case 'startCursor':
        return `${cursors()}[1]`;
      default:
        return `${cursors()}[least(count(*), ${size})]`;
    }
  };
  const member = ({ name, selections }: Selected): string => {
    if (name === '__typename') return `'${type.name}'::text`;
    if (name === 'totalCount') return `(select count(*) from ${source.from} where ${source.where})`;
    const of = typeOf(type, name);
    if (name === 'nodes') return collect(compiler.compileObject(of, selections, row));
    const build = (compile: (of: GraphQLObjectType, selected: Selected) => string) =>
      buildObject(select(of, selections).map((selected) => `'${selected.key}', ${compile(of, selected)}`));
    return name === 'edges' ? collect(build(edgeMember)) : build(pageInfoMember);
  };

  const object = buildObject(members.map((selected) => `'${selected.key}', ${member(selected)}`));
  if (!readsRows) {
    // A statement must use every value it is given.
    const usesValues = page.values.length === 0 && members.some(({ name }) => name === 'totalCount');
    if (!usesValues) throw new NotInSql();
    return `(select ${object})`;
  }
  return `(select ${object} from (select ${[...columns].join(', ')} from ${source.from}
    where ${source.where} and ${page.where} order by ${page.orderBy} limit ${asksForMore ? page.limit : size}) ${row})`;
}
