import { expect } from 'vitest';
import { foldWord, stemsOf } from '../../src/resolvers/knowledge/fold-words.ts';
import { test } from '../support/fixtures.ts';

const WORDS = [
  'מוסך',
  'המוסך',
  'שבמוסך',
  'והמוסך',
  'ולכשתבוא',
  'שלום',
  'בית',
  'מים',
  'שָׁלוֹם',
  'צה"ל',
  'צה״ל',
  "צ'ק",
  'ג׳יפ',
  'כ"ס',
  'אָלֶף',
  'בץ',
  'Cohén',
  'ÅNGSTRÖM',
  "O'Brien",
  'o’brien',
  'FILE',
  'ﬁle',
  '１２３',
  'T5X',
  'a\u200fb',
  'מ2',
  'לאaה',
];

test('words are marked by the same rules they are found by', async ({ db }) => {
  for (const word of WORDS) {
    const [row] = await db.query<{ folded: string; stems: string[] }>(
      'select private.search_normalise($1) as folded, private.search_stems(private.search_normalise($1)) as stems',
      [word],
    );
    expect({ folded: foldWord(word), stems: stemsOf(foldWord(word)) }, word).toEqual(row);
  }
  expect(stemsOf(foldWord('והמוסך'))).toEqual(['המוסכ', 'מוסכ']);
  expect(stemsOf(foldWord('בית'))).toEqual([]);
});
