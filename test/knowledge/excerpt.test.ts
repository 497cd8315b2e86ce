import { describe, expect, test } from 'vitest';
import { excerptOf } from '../../src/resolvers/knowledge/excerpt.ts';
import { readSearchTerms } from '../../src/resolvers/knowledge/search-terms.ts';

const mark = (text: string, query: string) => excerptOf(text, readSearchTerms(query));

describe('an excerpt', () => {
  test('shows the stretch that holds most of the different words', () => {
    const gap = 'nothing here, '.repeat(40);
    const text = `alpha alpha alpha ${gap} beta alpha ${gap} gamma`;
    expect(mark(text, 'alpha beta')).toMatch(/^….*<mark>beta<\/mark> <mark>alpha<\/mark>.*…$/);
    expect(mark(text, 'gamma')).toMatch(/^….*<mark>gamma<\/mark>$/);
    expect(mark(text, 'missing')).toMatch(/^alpha alpha alpha nothing.*…$/);
  });

  test('marks words however they are written, and leaves their quotes outside', () => {
    const table: [text: string, query: string, excerpt: string][] = [
      ['הַמּוּסָךְ', 'מוסך', '<mark>הַמּוּסָךְ</mark>'],
      ['«במוסך»', 'המוסך', '«<mark>במוסך</mark>»'],
      ['"Cohén"', 'cohen', '&quot;<mark>Cohén</mark>&quot;'],
      ["'צה\"ל'", 'צהל', '&#39;<mark>צה&quot;ל</mark>&#39;'],
      ['Cohe\u0301', 'cohé', '<mark>Cohe\u0301</mark>'],
      ['e-mail, email', 'e-mail', '<mark>e</mark>-<mark>mail</mark>, email'],
      ['painter paint', '"paint"', 'painter <mark>paint</mark>'],
      ['paint water', 'paint -water', '<mark>paint</mark> water'],
      ['a<b>paint</b>&amp;', 'paint', 'a&lt;b&gt;<mark>paint</mark>&lt;/b&gt;&amp;amp;'],
      ['<mark>x</mark>', 'x', '&lt;mark&gt;<mark>x</mark>&lt;/mark&gt;'],
      ['', 'x', ''],
      [' \n ', 'x', ''],
      ['a\n\n  b', 'x', 'a b'],
    ];
    for (const [text, query, excerpt] of table) expect(mark(text, query), `${text} ${query}`).toBe(excerpt);
  });

  test('never holds half a character, nor more than a few hundred of them', () => {
    for (const text of [
      '😀'.repeat(5_000),
      `x${'😀'.repeat(5_000)}`,
      'א'.repeat(5_000),
      `${'y '.repeat(300)}${'😀'.repeat(500)} paint`,
    ]) {
      const excerpt = mark(text, 'paint');
      expect(excerpt.isWellFormed()).toBe(true);
      expect(excerpt.length).toBeLessThan(400);
    }
  });

  test('of the largest and oddest texts comes to an end', () => {
    const odd = ['\u0301', '"', "a'", 'ab ', '😀', 'ﷺ', 'paint '];
    for (const part of odd) expect(mark(part.repeat(100_000 / part.length), 'paint ab').length).toBeLessThan(4_000);
  });
});

describe('a query', () => {
  test('is read as words, phrases and exclusions; quotes and minus within words belong to them', () => {
    const read = (query: string) =>
      readSearchTerms(query).map((term) => `${term.negated ? '-' : ''}${term.exact ? `<${term.text}>` : term.text}`);
    const table: [query: string, terms: string[]][] = [
      ['', []],
      ['a  b\nc', ['a', 'b', 'c']],
      ['"a b" c', ['<a b>', 'c']],
      ['“a b” „c d“', ['<a b>', '<c d>']],
      ['-a -"b c" −d –e', ['-a', '-<b c>', '-d', '-e']],
      ['e-mail a-', ['e-mail', 'a-']],
      ['צה"ל בע"מ', ['צה"ל', 'בע"מ']],
      ['"מוסך בע"מ חיפה" x', ['<מוסך בע"מ חיפה>', 'x']],
      ['"a b', ['"a', 'b']],
      ['a" b', ['a"', 'b']],
      ['"a" "b', ['<a>', '"b']],
      ['\u200f"a b"\u200e', ['<a b>']],
      ['\u202b-a', ['-a']],
    ];
    for (const [query, terms] of table) expect(read(query), query).toEqual(terms);
  });
});
