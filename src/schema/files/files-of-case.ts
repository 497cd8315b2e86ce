import { FILES_OF_CASE } from '../../resolvers/files/files-upsert.ts';
import { builder } from '../builder.ts';
import { Case } from '../cases/case.ts';
import { loadRows } from '../row-connection.ts';
import { CaseFileConnection } from './case-file.ts';

builder.prismaObjectField(Case, 'files', (t) =>
  t.field({
    type: CaseFileConnection,
    description: 'Newest first.',
    args: { ...t.arg.connectionArgs(), category: t.arg.string() },
    resolve: (row, { category, ...args }, context, info) =>
      loadRows(context, info, {
        list: FILES_OF_CASE,
        parent: [row.orgId, row.id],
        args: { ...args, category },
        where: category == null ? [] : [(param) => `r.category = ${param(category, 'text')}`],
        typeName: 'CaseFile',
        read: (query) => context.operation.scope.prisma.doc.findMany(query),
      }),
  }),
);
