import { gzipSync } from 'node:zlib';
import { RandomStream } from '@d2v/core';
import { ArpaError, readArpa, type TextSource } from '../../src/language-model/index.js';
import { arpa, backoffProbability, randomNgrams } from './model.js';

async function* inParts(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let i = 0; i < bytes.length; i += size) yield await Promise.resolve(bytes.subarray(i, i + size));
}

const read = (text: string): ReturnType<typeof readArpa> => readArpa(inParts(text, 7), 'lm.arpa');

const small = `made by hand

\\data\\
ngram 1=5
ngram 2=3

\\1-grams:
-1.0 <unk>
-99 <s> -0.5
-0.7 </s>
-0.3 the -0.25
-0.9 кот -0.1

\\2-grams:
-0.2 <s> the
-0.4 the кот
-0.1 кот </s>

\\end\\
`;

test('a listed bigram has its probability, another one backs off', async () => {
  const model = await read(small);
  const the = model.score(model.start, 'the');
  expect(the.score).toBeCloseTo(-0.2 * Math.LN10, 12);
  expect(model.score(the.state, 'кот').score).toBeCloseTo(-0.4 * Math.LN10, 12);
  expect(model.score(the.state, 'the').score).toBeCloseTo((-0.25 - 0.3) * Math.LN10, 12);
  expect(model.finish(the.state)).toBeCloseTo((-0.25 - 0.7) * Math.LN10, 12);
  expect([model.order, model.size, model.has('кот'), model.has('пёс')]).toEqual([2, 5, true, false]);
});

test('an unknown word counts as <unk>, and as almost impossible without one', async () => {
  const model = await read(small);
  const { state, score } = model.score(model.start, 'dog');
  expect(score).toBeCloseTo((-0.5 - 1) * Math.LN10, 12);
  expect(model.score(state, 'the').score).toBeCloseTo(-0.3 * Math.LN10, 12);
  const closed = await read(small.replace('-1.0 <unk>\n', '').replace('ngram 1=5', 'ngram 1=4'));
  expect(closed.score(closed.start, 'dog')).toEqual({ state: 0, score: -100 * Math.LN10 });
});

test.each([1, 2, 3, 4])('a random model of order %i gives the probabilities of the definition', async (order) => {
  const stream = new RandomStream(['ngram', order]);
  const words = ['<s>', '</s>', 'a', 'b', 'c'];
  const entries = randomNgrams(words, order, stream);
  const model = await read(arpa(entries));
  for (let sentence = 0; sentence < 20; sentence++) {
    const history = ['<s>'];
    let state = model.start;
    for (let i = 0; i < 8; i++) {
      const word = words[2 + stream.below(3)]!;
      const next = model.score(state, word);
      const context = order === 1 ? [] : history.slice(1 - order);
      expect(next.score).toBeCloseTo(backoffProbability(entries, context, word), 10);
      history.push(word);
      state = next.state;
    }
    const context = order === 1 ? [] : history.slice(1 - order);
    expect(model.finish(state)).toBeCloseTo(backoffProbability(entries, context, '</s>'), 10);
  }
});

test('compressed files are unpacked on their way, from web streams too', async () => {
  const unpacked = new Blob([gzipSync(small)]).stream().pipeThrough(new DecompressionStream('gzip'));
  const model = await readArpa(unpacked as ReadableStream<Uint8Array>, 'lm.arpa.gz');
  expect(model.size).toBe(5);
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const written = writable.getWriter();
  const plain: TextSource = { getReader: () => readable.getReader() } as ReadableStream<Uint8Array>;
  const reading = readArpa(plain, 'lm.arpa');
  for await (const part of inParts(small, 11)) await written.write(part);
  await written.close();
  expect((await reading).size).toBe(5);
});

test.each([
  ['-0.4 the кот', '-0.4 the', "lm.arpa:16: '-0.4 the' is no log probability, 2 words"],
  ['-0.4 the кот', 'x the кот', "lm.arpa:16: 'x the кот' is no log probability"],
  ['-0.4 the кот', '-0.4 the dog', "lm.arpa:16: 'dog' is not among the 1-grams"],
  ['-0.4 the кот', '-0.4 dog кот', "lm.arpa:16: 'dog' is not among the 1-grams"],
  ['-0.4 the кот', '-0.4 <s> the', "lm.arpa:16: '<s> the' is listed twice"],
  ['-0.4 the кот\n', '', 'lm.arpa:18: 2 2-grams, but the header says 3'],
  ['ngram 2=3', 'ngram 3=3', "lm.arpa:5: 'ngram 3=3' where 'ngram 2=<count>' is expected"],
  ['\\2-grams', '\\3-grams', 'lm.arpa:14: 3-grams follow after 1-grams; the header announces 2 lengths'],
  ['ngram 2=3', 'ngram 2=3\nngram 3=1', 'lm.arpa:20: the end comes after 2-grams; the header announces 3 lengths'],
  ['\\end\\', '', 'lm.arpa: ends before \\end\\'],
  ['\\data\\', '', 'lm.arpa: no \\data\\ section'],
])('a file with %j as %j is refused by line', async (from, to, message) => {
  const broken = small.replace(from, to);
  expect(broken).not.toBe(small);
  await expect(read(broken)).rejects.toThrow(ArpaError);
  await expect(read(broken)).rejects.toThrow(message);
});

test('a context that is not listed is refused', async () => {
  const entries = [
    ...['a', 'b'].map((word) => ({ words: [word], logProbability: -1, backoff: -1 })),
    { words: ['a', 'b'], logProbability: -1, backoff: -1 },
    { words: ['b', 'a', 'b'], logProbability: -1, backoff: 0 },
  ];
  await expect(read(arpa(entries))).rejects.toThrow("'b a' is not among the 2-grams");
});
