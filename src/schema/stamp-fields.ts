import type { WriteSource } from '../resolvers/caller.ts';
import { Actor, actorInSql } from './actor.ts';
import type { builder } from './builder.ts';
import { WriteSourceEnum } from './enums.ts';
import { inSql } from './in-sql.ts';

type DocFields = Parameters<NonNullable<Parameters<typeof builder.prismaObjectFields<'Doc'>>[1]>>[0];

/** Who wrote a satellite's row, when, and from where: the same columns in every one of these tables. */
export function stampFields(fields: unknown) {
  const t = fields as DocFields;
  return {
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    createdBy: t.field({
      type: Actor,
      extensions: actorInSql((row) => `${row}.created_by`),
      select: { createdBy: true },
      resolve: (row) => row.createdBy,
    }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    updatedBy: t.field({
      type: Actor,
      extensions: actorInSql((row) => `${row}.updated_by`),
      select: { updatedBy: true },
      resolve: (row) => row.updatedBy,
    }),
    source: t.field({
      type: WriteSourceEnum,
      description: 'Where the last write came from.',
      extensions: inSql((row) => `${row}.source`),
      select: { source: true },
      resolve: (row) => row.source as WriteSource,
    }),
  };
}
