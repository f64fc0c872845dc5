import { ConfigError, RandomStream } from '@d2v/core';
import { beamSearch, decodedWords, greedyDecode, type Frames, type LabelScorer } from '../../src/ctc/index.js';
import { characterScorer, readArpa, wordScorer } from '../../src/language-model/index.js';
import { Vocabulary } from '../../src/vocabulary/index.js';
import { arpa, backoffProbability, randomNgrams } from '../language-model/model.js';

const vocabulary = new Vocabulary(['<pad>', 'a', 'b', '|']);

/** Log-probabilities of frames of probabilities. */
const framesOf = (probabilities: number[][]): Frames => ({
  logits: Float32Array.from(probabilities.flat(), Math.log),
  frames: probabilities.length,
  classes: probabilities[0]!.length,
});

const randomFrames = (frames: number, classes: number, stream: RandomStream): Frames => ({
  logits: Float32Array.from({ length: frames * classes }, () => 2 * stream.normal()),
  frames,
  classes,
});

describe('greedy decoding', () => {
  test('merges repeats and drops blanks; times and confidences are those of the frames', () => {
    const path = greedyDecode(
      framesOf([
        [0.1, 0.8, 0.05, 0.05],
        [0.1, 0.6, 0.2, 0.1],
        [0.7, 0.1, 0.1, 0.1],
        [0.3, 0.5, 0.1, 0.1],
        [0.2, 0.1, 0.6, 0.1],
      ]),
      0,
    );
    expect(path.map(({ label, start, end }) => [label, start, end])).toEqual([
      [1, 0, 2],
      [1, 3, 4],
      [2, 4, 5],
    ]);
    path.forEach(({ confidence }, i) => expect(confidence).toBeCloseTo([0.8, 0.5, 0.6][i]!, 6));
  });

  test('words span their characters', () => {
    const label = (label: number, start: number, confidence: number) => ({ label, start, end: start + 2, confidence });
    const path = [
      label(3, 0, 1),
      label(1, 3, 0.5),
      label(2, 7, 1),
      label(3, 9, 1),
      label(0, 10, 1),
      label(1, 12, 0.25),
    ];
    expect(decodedWords(path, vocabulary)).toEqual([
      { word: 'ab', start: 3, end: 9, confidence: 0.75 },
      { word: 'a', start: 12, end: 14, confidence: 0.25 },
    ]);
    expect(decodedWords([], vocabulary)).toEqual([]);
  });
});

/** ln P of every label sequence, from all paths one by one. */
function enumerate({ logits, frames, classes }: Frames, blank: number): Map<string, number> {
  const rows = Array.from({ length: frames }, (_, t) => {
    const row = [...logits.subarray(t * classes, (t + 1) * classes)].map(Math.exp);
    const sum = row.reduce((a, b) => a + b);
    return row.map((x) => x / sum);
  });
  const totals = new Map<string, number>();
  for (let code = 0; code < classes ** frames; code++) {
    const path = rows.map((_, t) => Math.floor(code / classes ** t) % classes);
    const labels = path.filter((label, t) => label !== blank && label !== path[t - 1]);
    const probability = path.reduce((p, label, t) => p * rows[t]![label]!, 1);
    totals.set(`${labels}`, (totals.get(`${labels}`) ?? 0) + probability);
  }
  return new Map([...totals].map(([labels, p]) => [labels, Math.log(p)]));
}

const unlimited = { beamSize: 1e6, beamThreshold: Infinity };

/** All hypotheses of an unlimited beam against the enumeration of all paths, with the scorer's scores by `score`. */
function expectExhaustive<State>(
  input: Frames,
  blank: number,
  scorer?: LabelScorer<State>,
  score: (labels: number[]) => number = () => 0,
): void {
  const expected = [...enumerate(input, blank)]
    .map(([key, acoustic]) => ({
      key,
      acoustic,
      score: acoustic + score(key === '' ? [] : key.split(',').map(Number)),
    }))
    .sort((a, b) => b.score - a.score);
  const found = beamSearch(input, { ...unlimited, blank, best: 1e6, ...(scorer && { scorer }) });
  expect(found).toHaveLength(expected.length);
  found.forEach((hypothesis, i) => {
    const want = expected[i]!;
    expect(`${hypothesis.labels}`).toBe(want.key);
    expect(hypothesis.acoustic).toBeCloseTo(want.acoustic, 9);
    expect(hypothesis.score).toBeCloseTo(want.score, 9);
  });
}

describe('beam search', () => {
  test.each([
    [1, 2, 0],
    [3, 3, 0],
    [5, 3, 2],
    [5, 4, 1],
    [7, 3, 0],
  ])('finds all label sequences with their probabilities: T=%i, V=%i, blank %i', (frames, classes, blank) => {
    for (let seed = 0; seed < 5; seed++) {
      expectExhaustive(randomFrames(frames, classes, new RandomStream(['beam', frames, classes, seed])), blank);
    }
  });

  test('a sequence of many small paths beats the best single path', () => {
    const frames = framesOf([
      [0.6, 0.4],
      [0.6, 0.4],
    ]);
    expect(greedyDecode(frames, 0)).toEqual([]);
    const [best] = beamSearch(frames, { blank: 0 });
    expect([...best!.labels]).toEqual([1]);
    expect(Math.exp(best!.score)).toBeCloseTo(0.64, 6);
  });

  test('a language model of words scores finished words, the last one and the end', async () => {
    const words = ['<s>', '</s>', 'a', 'b', 'ab', 'ba', '<unk>'];
    const entries = randomNgrams(words, 2, new RandomStream(['words']));
    const model = await readArpa(inOnePart(arpa(entries)), 'words.arpa');
    const [weight, wordScore] = [0.7, -0.3];
    const score = (labels: number[]): number => {
      const sentence = vocabulary.decode(labels).split(' ').filter(Boolean);
      const tokens = ['<s>', ...sentence.map((word) => (words.includes(word) ? word : '<unk>')), '</s>'];
      const logs = tokens.slice(1).map((word, i) => backoffProbability(entries, [tokens[i]!], word));
      return weight * logs.reduce((a, b) => a + b, 0) + wordScore * sentence.length;
    };
    for (let seed = 0; seed < 3; seed++) {
      const frames = randomFrames(5, 4, new RandomStream(['word level', seed]));
      expectExhaustive(frames, 0, wordScorer(model, vocabulary, { weight, wordScore }), score);
    }
  });

  test('a language model of characters scores every character and one boundary a word', async () => {
    const entries = randomNgrams(['<s>', '</s>', 'a', 'b', '|'], 3, new RandomStream(['characters']));
    const model = await readArpa(inOnePart(arpa(entries)), 'characters.arpa');
    const [weight, wordScore] = [1.3, 0.4];
    const score = (labels: number[]): number => {
      const sentence = vocabulary.decode(labels).split(' ').filter(Boolean);
      const tokens = ['<s>', ...sentence.flatMap((word) => [...word, '|']), '</s>'];
      const logs = tokens
        .slice(1)
        .map((token, i) => backoffProbability(entries, tokens.slice(Math.max(0, i - 1), i + 1), token));
      return weight * logs.reduce((a, b) => a + b, 0) + wordScore * sentence.length;
    };
    for (let seed = 0; seed < 3; seed++) {
      const frames = randomFrames(5, 4, new RandomStream(['character level', seed]));
      expectExhaustive(frames, 0, characterScorer(model, vocabulary, { weight, wordScore }), score);
    }
  });

  test('special labels neither change nor end a word', async () => {
    const special = new Vocabulary(['<pad>', '<unk>', 'a', '|']);
    const entries = ['<s>', '</s>', 'aa', 'a'].map((word, i) => ({ words: [word], logProbability: -i, backoff: 0 }));
    const model = await readArpa(inOnePart(arpa(entries)), 'words.arpa');
    const scorer = wordScorer(model, special, { weight: 1 });
    const spelled = [2, 1, 2].reduce((state, label) => scorer.extend(state, label).state, scorer.start);
    expect(spelled.word).toBe('aa');
    expect(scorer.finish(spelled)).toBeCloseTo(-2 - 1, 9);
    expect(() => wordScorer(model, new Vocabulary(['<pad>', 'a']))).toThrow(ConfigError);
  });

  test('the scorer can turn the result: a heavy model wins over the sound', async () => {
    const entries = [
      ...['<s>', '</s>'].map((word) => ({ words: [word], logProbability: -1, backoff: 0 })),
      { words: ['a'], logProbability: -9, backoff: 0 },
      { words: ['b'], logProbability: -0.1, backoff: 0 },
    ];
    const model = await readArpa(inOnePart(arpa(entries)), 'words.arpa');
    const frames = framesOf([[0.01, 0.6, 0.38, 0.01]]);
    const best = (weight: number): string =>
      vocabulary.decode(
        beamSearch(frames, { blank: 0, scorer: wordScorer(model, vocabulary, { weight, wordScore: 9 }) })[0]!.labels,
      );
    expect([best(0), best(1)]).toEqual(['a', 'b']);
  });

  test('a narrow beam, threshold and few labels keep the best of a clear utterance', () => {
    const stream = new RandomStream(['narrow']);
    const frames = randomFrames(40, 6, stream);
    for (let t = 0; t < 40; t++) frames.logits[6 * t + stream.below(6)] = 9;
    const wide = beamSearch(frames, { blank: 0, beamSize: 300, beamThreshold: Infinity })[0]!;
    const narrow = beamSearch(frames, { blank: 0, beamSize: 8, beamThreshold: 10, beamLabels: 2, best: 3 });
    expect(narrow).toHaveLength(3);
    expect(narrow[0]!.labels).toEqual(wide.labels);
    expect(narrow[0]!.acoustic).toBeLessThanOrEqual(wide.acoustic + 1e-9);
    expect(narrow[0]!.acoustic).toBeGreaterThan(wide.acoustic - 0.1);
  });

  test('prefixes that left the beam and come back are one hypothesis', () => {
    for (let seed = 0; seed < 20; seed++) {
      const frames = randomFrames(30, 4, new RandomStream(['return', seed]));
      const found = beamSearch(frames, { blank: 0, beamSize: 5, best: 5 }).map(({ labels }) => `${labels}`);
      expect(new Set(found).size).toBe(found.length);
    }
  });

  test('no frames give no labels; NaN and options out of range are refused', () => {
    const none = { logits: new Float32Array(0), frames: 0, classes: 3 };
    expect(beamSearch(none, { blank: 0 })).toEqual([{ labels: new Int32Array(0), score: 0, acoustic: 0 }]);
    const broken = { logits: Float32Array.of(0, 1, NaN, 0), frames: 2, classes: 2 };
    expect(() => beamSearch(broken, { blank: 0 })).toThrow('frame 1 has no probabilities');
    for (const options of [{ beamSize: 0 }, { best: 1.5 }, { beamLabels: 0 }, { beamThreshold: -1 }]) {
      expect(() => beamSearch(none, { blank: 0, ...options })).toThrow(ConfigError);
    }
  });
});

async function* inOnePart(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}
