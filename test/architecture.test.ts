import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isEnumType, isIntrospectionType, isSpecifiedScalarType } from 'graphql';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { ENVIRONMENT_NAMES } from '../src/config.ts';
import { schema } from '../src/schema/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Import {
  readonly from: string;
  /** A file of the project, from its root; a package's name otherwise. */
  readonly what: string;
  /** Gone once compiled. */
  readonly typeOnly: boolean;
}

const files = list('src').concat(list('prisma'));
const imports = files.flatMap(readImports);

describe('dependencies point one way', () => {
  test.for([
    {
      layer: 'src/resolvers/',
      never: ['graphql', 'graphql-yoga', '@pothos/', 'src/schema/', 'src/graphql/', 'src/subscriptions/'],
    },
    {
      layer: 'src/subscriptions/',
      never: ['graphql', 'graphql-yoga', '@pothos/', 'src/schema/', 'src/resolvers/', 'src/graphql/'],
    },
    { layer: 'src/schema/', never: ['src/graphql/', 'src/http/', 'src/app.ts', 'src/server.ts', 'pg'] },
    {
      layer: 'src/db/',
      never: [
        'graphql',
        '@pothos/',
        'src/schema/',
        'src/resolvers/',
        'src/graphql/',
        'src/subscriptions/',
        'src/http/',
      ],
    },
    { layer: 'src/auth/', never: ['graphql', '@pothos/', 'src/schema/', 'src/graphql/', 'src/http/'] },
    { layer: 'src/graphql/', never: ['src/http/', 'src/app.ts', 'src/server.ts'] },
    {
      layer: 'src/observe/',
      never: ['graphql', '@pothos/', 'src/schema/', 'src/resolvers/', 'src/graphql/', 'src/http/', 'src/app.ts'],
    },
    { layer: 'src/http/', never: ['@pothos/', 'graphql-yoga', 'src/resolvers/', 'src/app.ts', 'src/server.ts'] },
  ])('$layer imports none of $never', ({ layer, never }) => {
    const wrong = imports.filter(
      ({ from, what }) =>
        from.startsWith(layer) && never.some((name) => what === name || (name.endsWith('/') && what.startsWith(name))),
    );
    expect(wrong).toEqual([]);
  });

  test('json/ knows nothing but itself and the hash of Node, so that a browser can run it', () => {
    const foreign = imports.filter(
      ({ from, what }) => from.startsWith('src/json/') && !what.startsWith('src/json/') && what !== 'node:crypto',
    );
    expect(foreign).toEqual([]);
  });

  test('the client knows json/ and what runs in browsers, and nothing of the server', () => {
    const foreign = imports.filter(
      ({ from, what, typeOnly }) =>
        from.startsWith('src/client/') &&
        !typeOnly &&
        !/^src\/(client|json)\/|^graphql-ws\/client$|^@noble\/hashes\//.test(what),
    );
    expect(foreign).toEqual([]);
    const server = imports.filter(
      ({ from, what }) => !from.startsWith('src/client/') && what.startsWith('src/client/'),
    );
    expect(server).toEqual([]);
  });

  test('a domain of the resolvers knows itself and the shared files, never a sibling but the core and the organisations', () => {
    const domainOf = (file: string) => /^src\/resolvers\/([^/]+)\//.exec(file)?.[1];
    const wrong = imports.filter(({ from, what }) => {
      const [mine, other] = [domainOf(from), domainOf(what)];
      return mine && other && mine !== other && other !== 'cases' && other !== 'organisations';
    });
    expect(wrong).toEqual([]);
  });

  test('no file imports itself by way of others', () => {
    const graph = new Map(
      files.map((file) => [file, imports.filter((i) => i.from === file && !i.typeOnly).map((i) => i.what)]),
    );
    expect(findCycle(graph)).toBeNull();
  });
});

test('only db/ makes connections; elsewhere only those who need one past the pools', () => {
  const allowed = ['src/db/', 'src/subscriptions/feed-listener.ts', 'src/cli/embedded-admin.ts', 'prisma/seed.ts'];
  const wrong = imports.filter(
    ({ from, what, typeOnly }) => what === 'pg' && !typeOnly && !allowed.some((place) => from.startsWith(place)),
  );
  expect(wrong).toEqual([]);
});

test('only config.ts reads the environment; the generator of the client passes it on', () => {
  const readers = files.filter((file) => read(file).includes('process.env'));
  expect(readers.sort()).toEqual(['src/config.ts', 'src/db/generated-client.ts']);
});

test('.env.example lists exactly the variables that are read', () => {
  const listed = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1]);
  expect(listed.sort()).toEqual([...ENVIRONMENT_NAMES].sort());
});

test('no file is longer than 300 lines', () => {
  const long = [...files, ...list('test')].filter((file) => read(file).split('\n').length > 301);
  expect(long).toEqual([]);
});

test('no name says nothing: utils, helpers, common, misc, manager, service', () => {
  const empty = /^(utils?|helpers?|common|misc|managers?|services?)$/;
  const wrong = [...files, ...list('test')].filter((file) =>
    file.split('/').some((part) => {
      const name = part.replace(/(\.test)?\.\w+$/, '');
      return empty.test(name) || /-(utils?|helpers|common|misc|manager|service)$/.test(name);
    }),
  );
  expect(wrong).toEqual([]);
});

test('everything is imported by its name: there are no default exports and no barrels', () => {
  expect(files.filter((file) => /^export default|^export \{[^}]*\bas default\b/m.test(read(file)))).toEqual([]);
  expect(files.filter((file) => /^export (\*|\{[^}]*\}) from/m.test(read(file)))).toEqual([]);
  expect(files.filter((file) => basename(file) === 'index.ts')).toEqual(['src/schema/index.ts']);
});

describe('one operation, one file, one name', () => {
  const tests = list('test').map((file) => basename(file));
  test.for(Object.keys(schema.getMutationType()!.getFields()))('%s', (name) => {
    const file = `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`;
    const found = files.find((path) => path.startsWith('src/resolvers/') && basename(path) === file);
    expect(found, `src/resolvers/**/${file}`).toBeDefined();
    expect(read(found!)).toMatch(new RegExp(`^export (async )?function ${name}\\(`, 'm'));
    expect(tests, `test/**/${file}`).toContain(file.replace('.ts', '.test.ts'));
  });
});

describe('the API documents itself', () => {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));

  test('every type of ours says what it is, but for enums and the families that are all alike: pages, edges, inputs and payloads of operations', () => {
    const alike = /(Connection|Edge|Payload|Input|PageInfo)$|^(Query|Mutation|Subscription)$/;
    const silent = types.filter(
      (type) => !isSpecifiedScalarType(type) && !isEnumType(type) && !alike.test(type.name) && !type.description,
    );
    expect(silent.map((type) => type.name)).toEqual([]);
  });

  test('every operation says what it does', () => {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const fields = roots.flatMap((root) => Object.values(root!.getFields()));
    expect(fields.filter((field) => !field.description).map((field) => field.name)).toEqual([]);
  });
});

function list(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.split('/').includes('generated'))
    .map((file) => join(folder, file));
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function readImports(file: string): Import[] {
  const found: Import[] = [];
  const add = (target: ts.Expression, typeOnly: boolean) => {
    if (!ts.isStringLiteral(target)) return;
    const { text } = target;
    const what = text.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), text)) : text;
    found.push({ from: file, what, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0]!, false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.ESNext));
  return found;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  const names = clause.namedBindings;
  if (clause.isTypeOnly) return true;
  return !clause.name && !!names && ts.isNamedImports(names) && names.elements.every((name) => name.isTypeOnly);
}

function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    done.add(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle) return cycle;
    }
    return null;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return null;
}
