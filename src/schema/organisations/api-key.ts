import { Actor } from '../actor.ts';
import { builder } from '../builder.ts';
import { rowConnection } from '../row-connection.ts';

const ApiKeyStateEnum = builder.enumType('ApiKeyState', {
  values: {
    LIVE: { description: 'It can be used.' },
    EXPIRED: { description: 'Its time is over.' },
    REVOKED: { description: 'It was ended for good.' },
  },
});

export const ApiKey = builder.prismaNode('ApiKey', {
  description: 'What a program of the organisation signs in with. The key itself is shown once, when it is made.',
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    name: t.exposeString('name', { description: 'Under which its writes are told.' }),
    prefix: t.exposeString('prefix', { description: 'The first characters, to recognise the key by.' }),
    state: t.field({
      type: ApiKeyStateEnum,
      select: { expiresAt: true, revokedAt: true },
      resolve: ({ expiresAt, revokedAt }) => {
        if (revokedAt) return 'REVOKED';
        return expiresAt && expiresAt.getTime() <= Date.now() ? 'EXPIRED' : 'LIVE';
      },
    }),
    permissions: t.exposeStringList('permissions', { description: 'What it may do, as case.write.' }),
    // Where null says all: Prisma reads a list that is null as an empty one, and the table takes no empty one.
    operations: t.stringList({
      nullable: true,
      description: 'Gateway names of the operations it may call, as case.upsert; null for all.',
      select: { operations: true },
      resolve: (row) => (row.operations.length > 0 ? row.operations : null),
    }),
    writablePointers: t.stringList({
      nullable: true,
      description: 'JSON Pointers of the helper at or below which it may write; null for the whole helper.',
      select: { writablePointers: true },
      resolve: (row) => (row.writablePointers.length > 0 ? row.writablePointers : null),
    }),
    strictStatus: t.exposeBoolean('strictStatus', {
      description: 'Failures are answered with the HTTP status of their code, as Make needs it.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    createdBy: t.field({ type: Actor, select: { createdBy: true }, resolve: (row) => row.createdBy }),
  }),
});

export const ApiKeyConnection = rowConnection(ApiKey, 'ApiKey', 'API keys of the organisation');
