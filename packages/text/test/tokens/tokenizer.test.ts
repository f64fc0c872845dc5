import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { encodeSequence, parseTokenizerJson, Tokenizer, type Truncation } from '../../src/index.js';
import { fixture } from './fixture.js';

const tokenizer = new Tokenizer(parseTokenizerJson(JSON.stringify(fixture.tokenizer), 'tokenizer.json'));

test.each(fixture.cases)("encodes and decodes as Hugging Face's: $text", ({ text, ids, offsets, decoded }) => {
  const encoded = tokenizer.encode(text);
  expect([...encoded.ids]).toEqual(ids);
  const pairs = Array.from(encoded.ids, (_, i) => [encoded.offsets[2 * i], encoded.offsets[2 * i + 1]]);
  expect(pairs).toEqual(offsets);
  expect(tokenizer.decode(encoded.ids)).toBe(decoded);
});

test("encodes as Hugging Face's JavaScript library", () => {
  const theirs = new HuggingFaceTokenizer(fixture.tokenizer, {});
  // Their white space is JavaScript's, not Rust's, so only that of both is drawn.
  const piece = fc.constantFrom(' ', '\n', 'the', 'ka', 'lori', "'s", "'", '12', ', ', 'é', '猫', '😀', '<mask>', '!');
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, (whole) => {
      expect([...tokenizer.encode(whole).ids]).toEqual(theirs.encode(whole, { add_special_tokens: false }).ids);
    }),
    { numRuns: 500 },
  );
});

test('any well-formed text without special tokens decodes to itself, and its tokens cover it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { ids, offsets } = tokenizer.encode(text);
      expect(tokenizer.decode(ids)).toBe(text);
      for (let i = 0; i + 1 < ids.length; i++) expect(offsets[2 * i + 2]).toBeLessThanOrEqual(offsets[2 * i + 1]!);
      expect(offsets[2 * ids.length - 1] ?? 0).toBe(text.length);
    }),
    { numRuns: 500 },
  );
});

test('a lone surrogate becomes U+FFFD', () => {
  expect(tokenizer.decode(tokenizer.encode('a\ud800b').ids)).toBe('a\ufffdb');
});

test('a long text gives the tokens that its parts give', () => {
  const sentence = "the king's 3 cats — naïve 猫 — don't  care. ";
  const long = sentence.repeat(4000);
  const once = [...tokenizer.encode(sentence.repeat(2)).ids];
  const half = [...tokenizer.encode(sentence).ids];
  const ids = [...tokenizer.encode(long).ids];
  expect(ids.slice(0, half.length - 1)).toEqual(half.slice(0, -1));
  expect(ids.length).toBeCloseTo(half.length + 3999 * (once.length - half.length), -1);
  expect(tokenizer.decode(ids)).toBe(long);
});

const strategies: Record<string, Truncation> = {
  longest_first: 'longestFirst',
  only_first: 'onlyFirst',
  only_second: 'onlySecond',
};

test.each(fixture.truncations)(
  "cuts pairs as Hugging Face's: $strategy to $maxTokens, '$first' and '$second'",
  ({ strategy, first, second, maxTokens, ids }) => {
    const encode = (): number[] => {
      const texts = { name: 'row 3', text: first, pair: second };
      return [...encodeSequence(tokenizer, texts, { maxTokens, truncation: strategies[strategy]! }).ids];
    };
    if (ids) expect(encode()).toEqual(ids);
    else expect(encode).toThrow('row 3: has');
  },
);

test('one text is <s> text </s>, and begins a word', () => {
  const { ids, wordStarts } = encodeSequence(
    tokenizer,
    { name: 'x', text: 'a the' },
    { maxTokens: 9, truncation: 'none' },
  );
  expect(tokenizer.decode(ids)).toBe('<s>a the</s>');
  expect([...wordStarts].slice(0, 2)).toEqual([1, 1]);
});

test('with truncation: none a long text is refused by name', () => {
  const options = { maxTokens: 4, truncation: 'none' } as const;
  expect(() => encodeSequence(tokenizer, { name: 'a.txt:9', text: 'a b c d e' }, options)).toThrow(/a\.txt:9: has \d/);
});

test('words begin at white space, at the start and after special tokens', () => {
  const { ids, wordStarts } = tokenizer.encode('unthinkable deed\n<mask>x');
  const starts = Array.from(ids, (id) => tokenizer.token(id)!).filter((_, i) => wordStarts[i]);
  expect(starts[0]).toBe(tokenizer.token(ids[0]!));
  expect(starts.every((token, i) => i === 0 || /^[ĠĊ<x]/.test(token))).toBe(true);
  expect(starts).toContain('<mask>');
  expect(starts[starts.length - 1]).toBe('x');
});
