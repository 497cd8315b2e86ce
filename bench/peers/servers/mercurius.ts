// Fastify, Mercurius and pg: resolvers by hand over one statement an operation. Queries are compiled at their first call,
// by graphql-jit. Trees and pages come from the database as JSON text, of which GraphQL answers the fields that are asked for.
import Fastify, { type FastifyRequest } from 'fastify';
import { NoSchemaIntrospectionCustomRule } from 'graphql';
import { mercurius } from 'mercurius';
import { claimsOf, IdentifiedPool, settings } from '../identified-pool.ts';
import {
  caseStatement,
  helperStatement,
  linesStatement,
  listStatement,
  type Statement,
  saveStatement,
  treeStatement,
} from '../statements.ts';
import { type PageArguments, type SaveHelperArguments, type SaveLinesArguments, typeDefs } from './type-defs.ts';

const MAX_BODY_BYTES = 16_000_000;

interface Context {
  readonly claims: string;
}

declare module 'mercurius' {
  interface MercuriusContext extends Context {}
}

const pool = new IdentifiedPool();

const resolvers = {
  Query: {
    helper: async (_: unknown, { caseId }: { caseId: string }, { claims }: Context) => {
      const [row] = await pool.run<{ version: number; body: string }>(claims, 'read only', helperStatement(caseId));
      return row ? { version: row.version, helper: JSON.parse(row.body) } : null;
    },
    case: async (_: unknown, { id }: { id: string }, { claims }: Context) =>
      (await pool.run(claims, 'read only', caseStatement(id)))[0] ?? null,
    cases: (_: unknown, { after }: PageArguments, { claims }: Context) => page(claims, listStatement(after ?? null)),
    caseTrees: (_: unknown, { after }: PageArguments, { claims }: Context) =>
      page(claims, treeStatement(after ?? null)),
  },
  Mutation: {
    saveHelper: async (_: unknown, { input }: SaveHelperArguments, { claims }: Context) => {
      const statement = saveStatement({ ...input, helper: JSON.stringify(input.helper) });
      return (await pool.run(claims, 'read write', statement))[0];
    },
    saveLines: async (_: unknown, { invoiceId, lines }: SaveLinesArguments, { claims }: Context) =>
      (await pool.run(claims, 'read write', linesStatement(invoiceId, JSON.stringify(lines))))[0],
  },
};

async function page(claims: string, statement: Statement) {
  const [row] = await pool.run<{ cases: string | null }>(claims, 'read only', statement);
  return { ...row, cases: JSON.parse(row?.cases ?? '[]') };
}

const server = Fastify({ bodyLimit: MAX_BODY_BYTES });
await server.register(mercurius, {
  schema: typeDefs,
  resolvers,
  context: (request: FastifyRequest): Context => ({ claims: claimsOf(request.headers.authorization) }),
  jit: 1,
  graphiql: false,
  validationRules: [NoSchemaIntrospectionCustomRule],
});
await server.listen({ port: settings.port, host: '127.0.0.1' });
