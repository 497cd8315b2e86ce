import { builder } from '../builder.ts';

export const KbDoc = builder.prismaNode('KbDoc', {
  description: "A document of the office's knowledge hub.",
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    databaseId: t.expose('id', { type: 'UUID' }),
    title: t.exposeString('title'),
    source: t.exposeString('source', { nullable: true, description: 'Where it comes from: a link, a book, a person.' }),
    lang: t.exposeString('lang', { description: 'Code of its language, as he or en.' }),
    tags: t.exposeStringList('tags'),
    body: t.exposeString('body'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});
