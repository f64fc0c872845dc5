import { readArpa, transcribe, Vocabulary, type Frames } from '../../src/index.js';
import { utterances } from '../../src/task/recognise/utterances.js';
import { arpa } from '../language-model/model.js';

const vocabulary = new Vocabulary(['<pad>', '|', 'a', 'b', 'c']);

/** Logits that say `path`, a character a frame, `_` for the blank. */
function saying(path: string, sure = 5): Frames {
  const tokens = '_|abc';
  const logits = new Float32Array(path.length * 5);
  [...path].forEach((character, t) => (logits[5 * t + tokens.indexOf(character)] = sure));
  return { logits, frames: path.length, classes: 5 };
}

test('words have their seconds and how sure they are', () => {
  const { text, words } = transcribe(saying('__aab_|_c_'), vocabulary, 0.02);
  const confidence = expect.closeTo(Math.exp(5) / (Math.exp(5) + 4), 5);
  expect(text).toBe('ab c');
  expect(words).toEqual([
    { word: 'ab', start: 0.04, end: 0.1, confidence },
    { word: 'c', start: 0.16, end: 0.18, confidence },
  ]);
});

test('beam search says the same where all is clear, with the same times', () => {
  const frames = saying('__aab_|_c_|_b_b|a_');
  expect(transcribe(frames, vocabulary, 0.02, { beamSize: 10 })).toEqual({
    text: 'ab c bb a',
    words: transcribe(frames, vocabulary, 0.02).words.map((word) => ({
      ...word,
      confidence: expect.closeTo(word.confidence, 5),
    })),
  });
});

const model = (entries: Record<string, number>) => {
  const ngrams = Object.entries(entries).map(([word, p]) => ({
    words: [word],
    logProbability: Math.log(p),
    backoff: 0,
  }));
  return readArpa((async function* () {
    yield arpa(ngrams);
  })(), 'test.arpa'); // prettier-ignore
};

test('a language model of words, or of characters, decides what sounds alike', async () => {
  const frames = saying('a_b_');
  frames.logits[5 * 2 + 4] = 4.9; // c almost as likely as b
  expect(transcribe(frames, vocabulary, 0.02).text).toBe('ab');
  const words = await model({ '<s>': 0.1, '</s>': 0.1, ac: 0.8, ab: 0.01 });
  expect(transcribe(frames, vocabulary, 0.02, { languageModel: words }).text).toBe('ac');
  const characters = await model({ '<s>': 0.1, '</s>': 0.1, '|': 0.2, a: 0.3, c: 0.3, b: 0.01 });
  expect(transcribe(frames, vocabulary, 0.02, { languageModel: characters }).text).toBe('ac');
  const deaf = { languageModel: words, languageModelWeights: { weight: 0 } };
  expect(transcribe(frames, vocabulary, 0.02, deaf).text).toBe('ab');
});

/** Words of a second, and pauses of half a second, one of them of two seconds. */
function speech(words: number, longPause: number): string {
  const word = (i: number): string => `${'abc'[i % 3]}${'_'.repeat(9)}`.repeat(5) + '|';
  return Array.from({ length: words }, (_, i) => word(i) + '_'.repeat(i === longPause ? 100 : 25)).join('');
}

test('a long recording is cut in its longest pause, and no word is lost or doubled by it', () => {
  const frames = saying(speech(60, 30));
  const parts = utterances(frames, 0);
  expect(parts.length).toBe(2);
  expect(parts[0]).toEqual({ start: 0, end: 30 * 76 + 51 + 50 });
  expect(parts[1]).toEqual({ start: parts[0]!.end, end: frames.frames });
  const greedy = transcribe(frames, vocabulary, 0.02);
  const beam = transcribe(frames, vocabulary, 0.02, { beamSize: 4 });
  expect(greedy.words).toHaveLength(60);
  expect(beam.text).toBe(greedy.text);
  expect(beam.words.map(({ start, end }) => [start, end])).toEqual(greedy.words.map(({ start, end }) => [start, end]));
});

test('a minute stays whole, and a longer one without pauses is cut nevertheless', () => {
  expect(utterances(saying('a'.repeat(3000)), 0)).toEqual([{ start: 0, end: 3000 }]);
  expect(utterances(saying('a'.repeat(3001)), 0)).toEqual([{ start: 0, end: 3000 }, { start: 3000, end: 3001 }]); // prettier-ignore
});
