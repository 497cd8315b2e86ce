import { queryFromInfo } from '@pothos/plugin-prisma';
import DataLoader from 'dataloader';
import { kbSearch } from '../../resolvers/knowledge/kb-search.ts';
import { loadExcerpts } from '../../resolvers/knowledge/load-excerpts.ts';
import type { SearchTerm } from '../../resolvers/knowledge/search-terms.ts';
import { builder } from '../builder.ts';
import { rowConnection } from '../row-connection.ts';
import { KbDoc } from './kb-doc.ts';

interface HitShape {
  readonly doc: { readonly id: string };
  readonly rank: number;
  readonly terms: readonly SearchTerm[];
}

const KbHit = builder.objectRef<HitShape>('KbHit').implement({
  description: 'A hit of the knowledge search.',
  fields: (t) => ({
    doc: t.field({ type: KbDoc, description: 'The document.', resolve: (hit) => hit.doc as never }),
    rank: t.exposeFloat('rank', {
      description: 'Higher is better. Compares the hits of one search; 0 where tags alone were asked for.',
    }),
    excerpt: t.string({
      description:
        'HTML: the stretch of the text that holds most of the words, these in <mark>, everything else escaped. The beginning of the text where only the title or the tags hold them.',
      resolve: ({ doc, terms }, _, { operation }) =>
        operation
          .batch(`kb excerpts ${JSON.stringify(terms)}`, () => {
            const load = (ids: readonly string[]) => loadExcerpts(operation.scope, ids, terms);
            return new DataLoader<string, string>(load);
          })
          .load(doc.id),
    }),
  }),
});

const KbHitConnection = rowConnection(KbHit, 'KbHit', 'Documents found');

builder.queryField('kbSearch', (t) =>
  t.field({
    type: KbHitConnection,
    description:
      'Gateway kb.search. Finds documents that hold every word and every "phrase in quotes" and no -excluded one, in title, tags or text; Hebrew and English. Best hits first: a word counts more in the title than in the tags, and there more than in the text. Case, accents, niqqud, quotes and Hebrew prefixes are forgiven, the beginning of a word finds it, and a word of the title may be misspelled; a phrase is found word for word, though the text may prefix its words. An empty query with tags lists their documents, newest first.',
    args: {
      query: t.arg.string({
        required: true,
        description:
          'At most 500 characters and 16 terms. A minus excludes the word or phrase after it. A quote that is not closed is ignored.',
      }),
      tags: t.arg.stringList({ description: 'Documents that have all of these tags; at most 20.' }),
      lang: t.arg.string({ description: 'Documents in this language alone, as he or en.' }),
      first: t.arg.int({ description: '1 to 200; 50 unless given.' }),
      after: t.arg.string({ description: 'The `endCursor` of the page before.' }),
    },
    resolve: async (_, args, context, info) => {
      const { scope } = context.operation;
      const { hits, hasNextPage, hasPreviousPage, terms, countTotal } = await kbSearch(scope, args);
      const paths = [
        ['nodes', 'doc'],
        ['edges', 'node', 'doc'],
      ];
      const { select } = queryFromInfo({ context, info, typeName: 'KbDoc', paths, select: { id: true } }) as {
        select: { id: true };
      };
      const docs = await scope.prisma.kbDoc.findMany({ select, where: { id: { in: hits.map((hit) => hit.docId) } } });
      const byId = new Map(docs.map((doc) => [doc.id, doc]));
      const edges = hits.flatMap(({ docId, rank, cursor }) => {
        const doc = byId.get(docId);
        return doc ? [{ cursor, node: { doc, rank, terms } }] : [];
      });
      const ends = { startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null };
      return { edges, pageInfo: { hasNextPage, hasPreviousPage, ...ends }, countTotal };
    },
  }),
);
