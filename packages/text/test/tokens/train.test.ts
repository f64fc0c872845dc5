import fc from 'fast-check';
import { splitWords, Tokenizer, trainTokenizer, WordCounts, type TokenizerDefinition } from '../../src/index.js';
import { SPLIT_PATTERN } from '../../src/tokens/split.js';
import { fixture, lines } from './fixture.js';

function train(texts: readonly string[], vocabularySize: number, minFrequency = 2): TokenizerDefinition {
  const counts = new WordCounts();
  for (const text of texts) counts.add(text);
  return trainTokenizer(counts, { vocabularySize, minFrequency });
}

const asText = (merges: TokenizerDefinition['merges']): string[] => merges.map((pair) => pair.join(' '));

test.each(fixture.trainings)(
  "$vocabularySize tokens, pairs at least $minFrequency times: the merges are those of Hugging Face's trainer",
  ({ vocabularySize, minFrequency, merges }) => {
    expect(asText(train(lines, vocabularySize, minFrequency).merges)).toEqual(merges);
  },
);

test('the order of the texts changes nothing', () => {
  expect(train(lines.toReversed(), 800)).toEqual(train(lines, 800));
});

test("ids are laid out as RoBERTa's", () => {
  const { vocabulary } = train(lines, 400);
  const ids = ['<s>', '<pad>', '</s>', '<unk>', '!', '<mask>'].map((token) => vocabulary.get(token));
  expect(ids).toEqual([0, 1, 2, 3, 4, 399]);
  expect(vocabulary.size).toBe(400);
});

test('a corpus too small for the vocabulary gives a smaller one', () => {
  expect(new Tokenizer(train(['ab ab'], 1000)).size).toBe(261 + 1); // ' ab' is cut as 'ab' and ' ab', each once
});

test.each([[260], [3.5], [NaN]])('a vocabulary of %p is refused', (size) => {
  expect(() => train(['ab'], size)).toThrow('vocabularySize');
});

test('an empty corpus is refused', () => {
  expect(() => train([''], 300)).toThrow('no text');
});

test('splitWords cuts as the pattern does, any text', () => {
  const pattern = new RegExp(SPLIT_PATTERN, 'gu');
  const piece = fc.constantFrom(' ', '  ', '\n', '\u0085', '\ufeff', '\u3000', "'", "'s", "'ll", "'re", 'a', 'é', '7', '½', '!', '😀', '猫'); // prettier-ignore
  const text = fc.oneof(fc.array(piece).map((pieces) => pieces.join('')), fc.string({ unit: 'binary' })); // prettier-ignore
  fc.assert(
    fc.property(text, (whole) => {
      const pieces: string[] = [];
      splitWords(whole, (each) => pieces.push(each));
      expect(pieces).toEqual(whole.match(pattern) ?? []);
      expect(pieces.join('')).toBe(whole);
    }),
    { numRuns: 2000 },
  );
});
