import { FILES_OF_CASE } from '../../resolvers/files/files-upsert.ts';
import { whereEqual } from '../../resolvers/list-rows.ts';
import { builder } from '../builder.ts';
import { Case } from '../cases/case.ts';
import { rowsInSql } from '../in-sql.ts';
import { loadRows } from '../row-connection.ts';
import { CaseFileConnection } from './case-file.ts';

builder.prismaObjectField(Case, 'files', (t) =>
  t.field({
    type: CaseFileConnection,
    description: 'Newest first.',
    args: { ...t.arg.connectionArgs(), category: t.arg.string() },
    extensions: rowsInSql(FILES_OF_CASE, ({ category }) => whereEqual('category', category)),
    resolve: (row, { category, ...args }, context, info) =>
      loadRows(context, info, {
        list: FILES_OF_CASE,
        parent: [row.orgId, row.id],
        args: { ...args, category },
        where: whereEqual('category', category),
        typeName: 'CaseFile',
        read: (query) => context.operation.scope.prisma.doc.findMany(query),
      }),
  }),
);
