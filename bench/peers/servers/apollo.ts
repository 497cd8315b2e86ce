// Apollo Server 5 and Prisma 7, resolvers by hand: one nested select an operation, which Prisma makes one statement with
// joins, and prepared statements under names. Served by the server that comes with Apollo (bodies up to 50 MB), in production
// settings: protected from CSRF, as it is by itself, without introspection and without a page for visitors.
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { PrismaPg } from '@prisma/adapter-pg';
import { type Prisma, PrismaClient } from '../../../src/db/generated/prisma/client.ts';
import { statementName } from '../../../src/db/statement-names.ts';
import { claimsOf, SET_UP, settings } from '../identified-pool.ts';
import { type PageArguments, type SaveHelperArguments, type SaveLinesArguments, typeDefs } from './type-defs.ts';

/** For a free connection, and for a transaction: a request under load waits rather than fails, as at the other servers. */
const PATIENCE = { maxWait: 15_000, timeout: 15_000 };

const prisma = new PrismaClient({
  adapter: new PrismaPg(
    { connectionString: settings.databaseUrl, max: settings.poolMax },
    { statementNameGenerator: ({ sql }) => statementName(sql) as string },
  ),
});

interface Context {
  /** Runs in one transaction under the identity of the request's caller. */
  asCaller<T>(work: (database: Prisma.TransactionClient) => Promise<T>): Promise<T>;
}

const newestFirst = [{ createdAt: 'desc' }, { id: 'desc' }] satisfies Prisma.CaseOrderByWithRelationInput[];
const place = { id: true, createdAt: true } satisfies Prisma.CaseSelect;
const listed = {
  plate: true,
  ownerName: true,
  status: true,
  version: true,
  filingId: true,
  inspectionLocation: true,
} satisfies Prisma.CaseSelect;
const tree = {
  plate: true,
  ownerName: true,
  status: true,
  invoices: {
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    select: {
      invoiceNumber: true,
      supplierName: true,
      totalAmount: true,
      lines: {
        orderBy: { lineNumber: 'asc' },
        select: { lineNumber: true, description: true, quantity: true, lineTotal: true },
      },
    },
  },
} satisfies Prisma.CaseSelect;

const resolvers = {
  Query: {
    helper: async (_: unknown, { caseId }: { caseId: string }, { asCaller }: Context) => {
      const select = { version: true, helperJson: true } as const;
      const found = await asCaller((database) =>
        database.caseHelper.findFirst({ where: { caseId, isCurrent: true }, select }),
      );
      return found && { version: found.version, helper: found.helperJson };
    },
    case: (_: unknown, { id }: { id: string }, { asCaller }: Context) =>
      asCaller((database) =>
        database.case.findUnique({
          where: { id },
          select: { plate: true, ownerName: true, status: true, version: true },
        }),
      ),
    cases: (_: unknown, { after }: PageArguments, { asCaller }: Context) =>
      asCaller(async (database) => {
        const where = await casesAfter(database, after);
        const select = { ...place, ...listed };
        return page(50, await database.case.findMany({ where, orderBy: newestFirst, take: 51, select }));
      }),
    caseTrees: (_: unknown, { after }: PageArguments, { asCaller }: Context) =>
      asCaller(async (database) => {
        const where = await casesAfter(database, after);
        const select = { ...place, ...tree };
        const query = { where, orderBy: newestFirst, take: 21, select, relationLoadStrategy: 'join' } as const;
        return page(20, await database.case.findMany(query));
      }),
  },
  Mutation: {
    saveHelper: async (_: unknown, { input }: SaveHelperArguments, { asCaller }: Context) => {
      const { caseId, expectedVersion, idempotencyKey } = input;
      const helper = JSON.stringify(input.helper);
      const [saved] = await asCaller(
        (database) => database.$queryRaw<object[]>`select outcome, version, replayed
          from bench.save_helper(${caseId}::uuid, ${expectedVersion}::int, ${helper}::jsonb, ${idempotencyKey})`,
      );
      return saved;
    },
    // Prisma has no statement that updates many rows, each to its own values; a hundred upserts would be a hundred round trips.
    saveLines: async (_: unknown, { invoiceId, lines }: SaveLinesArguments, { asCaller }: Context) => {
      const [saved] = await asCaller(
        (database) => database.$queryRaw<object[]>`select updated, created
          from bench.save_lines(${invoiceId}::uuid, ${JSON.stringify(lines)}::jsonb)`,
      );
      return saved;
    },
  },
};

/** The cases of the caller's organisation that come after the cursor. */
async function casesAfter(
  database: Prisma.TransactionClient,
  cursor: string | null | undefined,
): Promise<Prisma.CaseWhereInput> {
  const [acting] = await database.$queryRaw<{ orgId: string }[]>`select private.acting_org(null) as "orgId"`;
  const all = { orgId: acting!.orgId, kind: 'damage' };
  if (!cursor) return all;
  const [createdAt, id] = cursor.split('|') as [string, string];
  return { ...all, createdAt: { lte: createdAt }, OR: [{ createdAt: { lt: createdAt } }, { id: { lt: id } }] };
}

/** @param found one more than the page has room for, where there are more */
function page<Found extends { id: string; createdAt: Date }>(size: number, found: Found[]) {
  const cases = found.slice(0, size);
  const last = cases.at(-1);
  const endCursor = last ? `${last.createdAt.toISOString()}|${last.id}` : null;
  return { cases, hasNextPage: found.length > size, endCursor };
}

const server = new ApolloServer<Context>({
  typeDefs,
  resolvers,
  introspection: false,
  plugins: [ApolloServerPluginLandingPageDisabled()],
});
await startStandaloneServer(server, {
  listen: { port: settings.port, host: '127.0.0.1' },
  context: async ({ req }) => {
    const claims = claimsOf(req.headers.authorization);
    return {
      asCaller: (work) =>
        prisma.$transaction(async (database) => {
          await database.$executeRawUnsafe(SET_UP, claims);
          return work(database);
        }, PATIENCE),
    };
  },
});
