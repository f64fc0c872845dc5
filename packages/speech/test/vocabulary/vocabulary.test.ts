import { ConfigError, SampleError } from '@d2v/core';
import {
  buildVocabulary,
  englishVocabulary,
  parseVocabulary,
  Vocabulary,
  vocabularyJson,
} from '../../src/vocabulary/index.js';

const fairseq = '| 94802\nE 51860\nT 38431\nmadeupword0000 0\n';
const huggingFace = '{"|": 4, "E": 5, "<pad>": 0, "<s>": 1, "</s>": 2, "<unk>": 3}';

describe('from transcripts', () => {
  test('characters are ordered by frequency behind the specials and the word boundary', () => {
    const { tokens, blank, boundary } = buildVocabulary(['баба  да', ' б\n']);
    expect(tokens).toEqual(['<pad>', '<s>', '</s>', '<unk>', '|', 'а', 'б', 'д']);
    expect([blank, boundary]).toEqual([0, 4]);
  });

  test('a character is one code point in composed form', () => {
    expect(buildVocabulary(['и\u0306', 'й', '😀']).tokens.slice(5)).toEqual(['й', '😀']);
  });

  test('the word boundary in a transcript, or no characters, is refused', () => {
    expect(() => buildVocabulary(['a', 'a|b'])).toThrow(SampleError);
    expect(() => buildVocabulary(['a', 'a|b'])).toThrow("transcript 1: the transcript 'a|b' holds '|'");
    expect(() => buildVocabulary(['', ' '])).toThrow(ConfigError);
  });
});

describe('from files', () => {
  test("fairseq's dictionary: its classes, with the blank called <pad>", () => {
    const { tokens, blank } = parseVocabulary(fairseq, 'dict.ltr.txt');
    expect(tokens).toEqual(['<pad>', '<s>', '</s>', '<unk>', '|', 'E', 'T', '<madeupword0000>']);
    expect(blank).toBe(0);
  });

  test('vocab.json: numbers decide the order, and where the blank is', () => {
    expect(parseVocabulary(huggingFace, 'vocab.json').tokens).toEqual(['<pad>', '<s>', '</s>', '<unk>', '|', 'E']);
    expect(parseVocabulary('{"a": 0, "|": 1, "[UNK]": 2, "[PAD]": 3}', 'vocab.json').blank).toBe(3);
  });

  test('a written vocabulary reads back', () => {
    const vocabulary = englishVocabulary();
    expect(vocabulary.size).toBe(32);
    expect(parseVocabulary(vocabularyJson(vocabulary), 'vocab.json').tokens).toEqual(vocabulary.tokens);
  });

  test.each([
    ['E 5\nT five\n', "dict.txt:2: 'T five' is no token and count"],
    ['E 5\nE 6\n', "dict.txt: token 'E' stands for the classes 4 and 5"],
    ['TH 5\n', "dict.txt: token 4 is 'TH', which is no character"],
    ['{"<pad>": 0', 'dict.txt: no table of tokens and their numbers'],
    ['{"<pad>": "0"}', 'dict.txt: no table of tokens and their numbers'],
    ['{"<pad>": 0, "E": 2}', "dict.txt: 'E' has the number 2 where 1 would follow"],
    ['{"|": 0, "E": 1}', 'dict.txt: no token for the CTC blank among 2'],
  ])('a file that is wrong names what is wrong: %j', (text, message) => {
    expect(() => parseVocabulary(text, 'dict.txt')).toThrow(ConfigError);
    expect(() => parseVocabulary(text, 'dict.txt')).toThrow(message);
  });
});

describe('transcripts and classes', () => {
  const vocabulary = parseVocabulary(fairseq, 'dict.ltr.txt');

  test('a boundary follows every word; decoding undoes it', () => {
    const classes = vocabulary.encode(' TE  ET\n', 'a.wav');
    expect([...classes]).toEqual([6, 5, 4, 5, 6, 4]);
    expect(vocabulary.decode(classes)).toBe('TE ET');
  });

  test('special classes have no text, and boundaries in a row are one space', () => {
    expect(vocabulary.decode([4, 0, 6, 1, 4, 4, 3, 7, 5, 4])).toBe('T E');
  });

  test('without a boundary there are no spaces', () => {
    const single = new Vocabulary(['<pad>', '一', '二']);
    expect(single.boundary).toBeUndefined();
    expect([...single.encode('二一', 'a.wav')]).toEqual([2, 1]);
    expect(() => single.encode('二 一', 'a.wav')).toThrow("has ' ' (U+0020), outside the vocabulary");
  });

  test('characters outside the vocabulary are named with their sample, each once', () => {
    expect(() => vocabulary.encode('TÉXX', 'clips/a.wav')).toThrow(SampleError);
    expect(() => vocabulary.encode('TÉXX', 'clips/a.wav')).toThrow(
      "clips/a.wav: the transcript has 'É' (U+00C9), 'X' (U+0058), outside the vocabulary\n  → correct the transcript",
    );
    expect(() => vocabulary.encode('te', 'a.wav')).toThrow('the vocabulary is in upper case');
  });

  test('an empty transcript is refused by name', () => {
    expect(() => vocabulary.encode(' \t', 'a.wav')).toThrow('a.wav: the transcript is empty');
  });

  test('special tokens in a transcript are no characters', () => {
    expect(() => vocabulary.encode('<s>', 'a.wav')).toThrow("has '<' (U+003C), 's' (U+0073), '>' (U+003E)");
  });
});
