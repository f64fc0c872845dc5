import { ConfigError, SampleError, type AnnotatedData } from '@d2v/core';
import { ctcSchema, ctcVocabulary, englishVocabulary, newVocabulary } from '../../src/index.js';
import { temporaryFolder, write } from '../dataset/files.js';

const folder = temporaryFolder();
beforeAll(() => write(folder, { 'dict.ltr.txt': '| 9\nE 5\n', 'broken.txt': 'E\n' }));

const data = (...texts: (string | undefined)[]): AnnotatedData => ({
  size: texts.length,
  name: (index) => `list.csv:${index + 2}`,
  annotation: (index) => texts[index],
});
const option = (vocabulary?: unknown) => ctcSchema.parse({ vocabulary }).vocabulary;
const specials = ['<pad>', '<s>', '</s>', '<unk>', '|'];

test('without an option it is the characters of the transcripts, whatever their order', async () => {
  const tokens = await newVocabulary(undefined, data('ba b', undefined, '', 'dab'));
  expect(tokens).toEqual([...specials, 'b', 'a', 'd']);
  expect(await newVocabulary(undefined, data('dab', 'ba b'))).toEqual(tokens);
});

test('where nothing is transcribed, there is none to build', async () => {
  expect(await newVocabulary(undefined, data(undefined, ''))).toBeUndefined();
  expect(await newVocabulary(undefined, { size: 3, name: String })).toBeUndefined();
  expect(() => ctcVocabulary({}, [])).toThrow(ConfigError);
  expect(() => ctcVocabulary({}, [])).toThrow('the training data have no transcripts');
});

test('a transcript that holds the word boundary is named', async () => {
  await expect(newVocabulary(undefined, data('a', undefined, 'a|b'))).rejects.toBeInstanceOf(SampleError);
  await expect(newVocabulary(undefined, data('a', undefined, 'a|b'))).rejects.toThrow(
    "list.csv:4: the transcript 'a|b'",
  );
});

test('an option comes before the transcripts: a name, a list, a file', async () => {
  const named = async (vocabulary: unknown) => newVocabulary(option(vocabulary), data('xyz'));
  expect(await named('english')).toEqual(englishVocabulary().tokens);
  expect(await named(['<pad>', 'a'])).toEqual(['<pad>', 'a']);
  expect(await named({ file: `${folder}/dict.ltr.txt` })).toEqual([...specials, 'E']);
  await expect(named(['a'])).rejects.toThrow('task.vocabulary: no token for the CTC blank');
  await expect(named({ file: `${folder}/broken.txt` })).rejects.toThrow("broken.txt:1: 'E' is no token and count");
  await expect(named({ file: `${folder}/none.txt` })).rejects.toThrow('none.txt: the file does not exist');
});

test('a run whose vocabulary was built or read has it in its classes', () => {
  const classes = [...specials, 'E'];
  expect(ctcVocabulary({ vocabulary: option() }, classes).tokens).toEqual(classes);
  expect(ctcVocabulary({ vocabulary: option({ file: 'gone.txt' }) }, classes).tokens).toEqual(classes);
  expect(ctcVocabulary({ vocabulary: option(['<pad>', 'a']) }, classes).tokens).toEqual(['<pad>', 'a']);
});
