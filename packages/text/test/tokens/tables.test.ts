import fc from 'fast-check';
import { BytePairs } from '../../src/tokens/byte-pairs.js';
import { BYTE_CHARS } from '../../src/tokens/bytes.js';
import { PairIndex } from '../../src/tokens/pair-index.js';
import { WordTable } from '../../src/tokens/word-table.js';
import { trainTokenizer, WordCounts } from '../../src/index.js';
import { lines } from './fixture.js';

test('words are numbered by their first occurrence, whatever they hold', () => {
  const word = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'a', 'b', 'ab', '\ud800', '\udc00', '猫'));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 200 }), (words) => {
      const table = new WordTable();
      const numbers = new Map<string, number>();
      const found: number[] = [];
      for (const each of words) {
        if (!numbers.has(each)) numbers.set(each, numbers.size);
        found.push(table.number(`<${each}>`, 1, each.length + 1));
      }
      expect(found).toEqual(words.map((each) => numbers.get(each)));
      expect(table.size).toBe(numbers.size);
      expect(Array.from(numbers.values(), (number) => table.word(number))).toEqual([...numbers.keys()]);
    }),
  );
});

test('many words and a word of 100,000 characters keep their numbers', () => {
  const table = new WordTable();
  const words = [...Array.from({ length: 20_000 }, (_, i) => `word${i}`), 'é'.repeat(100_000)];
  for (let round = 0; round < 2; round++) {
    expect(words.filter((word, number) => table.number(word, 0, word.length) !== number)).toEqual([]);
  }
  expect(table.word(20_000)).toBe('é'.repeat(100_000));
});

test('pairs are numbered by their first occurrence, and only those are found', () => {
  const index = new PairIndex();
  for (let round = 0; round < 2; round++) {
    const wrong = Array.from({ length: 30_000 }, (_, i) => i).filter((i) => index.number(i % 173, 70_000 - i) !== i);
    expect(wrong).toEqual([]);
  }
  expect(index.size).toBe(30_000);
  expect(index.find(5, 70_000 - 5)).toBe(5);
  expect(index.find(70_000 - 5, 5)).toBe(-1);
});

test('counts are those of the pieces, and their sum is that of all', () => {
  const counts = new WordCounts();
  for (const text of ["don't stop", ' stop stop', '']) counts.add(text);
  expect([...counts]).toEqual([['don', 1], ["'t", 1], [' stop', 3]]); // prettier-ignore
  expect(counts.words).toBe(3);
  expect(counts.size).toBe(20);
});

describe('merges of a word', () => {
  const counts = new WordCounts();
  for (const line of lines) counts.add(line);
  const { vocabulary, merges } = trainTokenizer(counts, { vocabularySize: 900 });
  const pairs = new BytePairs({ vocabulary, merges });
  const ranks = new Map(merges.map(([left, right], rank) => [`${left} ${right}`, rank]));

  /** The definition: again and again the pair of the lowest rank, the leftmost of equals. */
  function byDefinition(word: string): number[] {
    const tokens = Array.from(new TextEncoder().encode(word), (byte) => BYTE_CHARS[byte]!);
    for (;;) {
      let best: { rank: number; at: number } | undefined;
      for (let at = 0; at + 1 < tokens.length; at++) {
        const rank = ranks.get(`${tokens[at]} ${tokens[at + 1]}`) ?? Infinity;
        if (rank < (best?.rank ?? Infinity)) best = { rank, at };
      }
      if (!best) return tokens.map((token) => vocabulary.get(token)!);
      tokens.splice(best.at, 2, tokens[best.at]! + tokens[best.at + 1]!);
    }
  }

  test('are those of the definition, for short words and long ones, again and again', () => {
    const piece = fc.constantFrom('ka', 'lo', 'ri', 'the', 'ing', 'st', 'é', 'ра', '猫', '😀', 'a', '7');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 50 }), (pieces) => {
        const word = pieces.join('');
        for (let round = 0; round < 2; round++) {
          const ids = [0];
          pairs.encode(`x${word}y`, 1, word.length + 1, ids);
          expect(ids).toEqual([0, ...byDefinition(word)]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
