import { ShapeError } from '@d2v/core';
import {
  encodeSequence,
  textFigures,
  Tokenizer,
  trainTokenizer,
  WordCounts,
  type TextSample,
} from '../../src/index.js';

const counts = new WordCounts();
counts.add('the cat sat on the mat and the dog ran\n'.repeat(3));
const tokenizer = new Tokenizer(trainTokenizer(counts, { vocabularySize: 275 }));

const sampleOf = (text: string, maxTokens = 400): TextSample => ({
  name: 'a "b" <c> & d',
  ...encodeSequence(tokenizer, { name: 'x', text }, { maxTokens, truncation: 'longestFirst' }),
});

const textOf = (html: string): string =>
  html.replace(/<[^>]*>/g, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&'); // prettier-ignore

test('the text is shown as it is, whatever it holds, between its special tokens', () => {
  const text = 'the <b>cat</b> & "naïve" 猫\u200d😀 ran</p>';
  const html = textFigures.sample(sampleOf(text));
  expect(textOf(html)).toBe(`<s>${text}</s>`);
  expect(html).toMatch(/^<p style="[^"]*" title="a &quot;b&quot; &lt;c&gt; &amp; d">/);
  expect(html.match(/<(?!\/?(?:p|span)\b)/g)).toBeNull();
});

test('masked tokens are bars, the others stay', () => {
  const sample = sampleOf('the cat ran');
  const words = tokenizer.tokens(sample.ids);
  const cat = words.findIndex((token) => token.startsWith('Ġc'));
  const mask = Uint8Array.from({ length: sample.ids.length + 5 }, (_, i) => Number(i === cat)); // padded
  const shown = textOf(textFigures.masked(sample, mask));
  expect(shown).not.toContain('the c');
  expect(shown).toContain('the \u2003');
  expect(shown).toMatch(/ran<\/s>$/);
});

test('tokens have their colours, made light enough for black text', () => {
  const sample = sampleOf('the cat');
  const rgb = new Float32Array(3 * sample.ids.length);
  rgb.set([1, 0, 2], 3);
  const colours = [...textFigures.tokens(sample, rgb).matchAll(/background:rgb\(([\d,]+)\)/g)].map(
    ([, colour]) => colour,
  );
  expect(colours).toHaveLength(sample.ids.length);
  expect(colours[1]).toBe('255,115,255');
  expect(colours[0]).toBe('115,115,115');
});

test('a long text is cut', () => {
  const html = textFigures.sample(sampleOf('z '.repeat(180)));
  expect(textOf(html).match(/z/g)!.length).toBeLessThan(160);
  expect(textOf(html)).toMatch(/ …$/);
});

test('ids stand for themselves where nothing says what they mean', () => {
  expect(textOf(textFigures.sample({ name: 'x', ids: Int32Array.of(0, 17, 2) }))).toBe(' 0 17 2');
});

test('a mask or colours of another text are refused', () => {
  const sample = sampleOf('the cat');
  expect(() => textFigures.masked(sample, new Uint8Array(2))).toThrow(ShapeError);
  expect(() => textFigures.tokens(sample, new Float32Array(6))).toThrow(ShapeError);
  expect(() => textFigures.tokens(sample, new Float32Array(7))).toThrow('3 values a token');
});
