import { RandomStream } from '@d2v/core';
import plugin, { tokenise, type TextSample } from '../../src/index.js';
import { loadTokenizer } from '../../src/node.js';
import { at, file, tokenizerFolder } from '../dataset/files.js';

let tokenizer: string;
beforeAll(async () => {
  tokenizer = await tokenizerFolder();
});

const stream = new RandomStream(['transform']);
const encoder = (more: object = {}) => plugin.configSchema.parse({ vocabulary: 275, maxTokens: 16, ...more });
const apply = (item: object, options: object = {}, config: object = {}): Promise<TextSample> =>
  plugin.createTransform(
    plugin.transformSchema.parse({ tokenizer, ...options }),
    encoder(config),
    'finetune',
  )(item as never, stream);

test('texts become <s> text </s>, cut to the encoder’s positions, with their label', async () => {
  const sample = await apply({ name: 'x', text: 'the cat sat on the mat '.repeat(9), label: 1 });
  expect(sample.ids).toHaveLength(16);
  expect([sample.ids[0], sample.ids[15], sample.label]).toEqual([0, 2, 1]);
});

test('token ids pass', async () => {
  const item = { name: 'x', ids: Int32Array.of(0, 9, 2) };
  expect(await apply(item)).toBe(item);
});

test.each([
  [{ vocabulary: 270 }, /encoder\.vocabulary is 270, but .* needs \d+/],
  [{ maskToken: 4 }, /encoder\.maskToken is 4/],
  [{ padding: 0 }, /encoder\.padding is 0/],
])('an encoder that does not fit the tokenizer is refused: %j', async (config, problem) => {
  const loaded = await loadTokenizer(tokenizer);
  await expect(apply({ name: 'x', text: 'the' }, {}, { vocabulary: loaded.size, ...config })).rejects.toThrow(problem);
});

test('texts without a tokenizer are refused', async () => {
  await expect(apply({ name: 'x', text: 'the' }, { tokenizer: undefined })).rejects.toThrow('data.transform.tokenizer');
});

test('a tokenizer in memory does the same', async () => {
  const loaded = await loadTokenizer(tokenizer);
  const config = encoder({ vocabulary: loaded.size });
  const item = { name: 'x', text: 'the dog', pair: 'ran' };
  expect(tokenise(loaded, config)(item)).toEqual(await apply(item, {}, { vocabulary: loaded.size }));
});

test('tokenizers load from each of the three kinds of files', async () => {
  const loaded = await loadTokenizer(tokenizer);
  const { vocabulary, merges } = loaded.definition;
  const { readFile, mkdir } = await import('node:fs/promises');
  await mkdir(at('pair'));
  await mkdir(at('fairseq'));
  await file('pair/vocab.json', await readFile(`${tokenizer}/vocab.json`));
  await file('pair/merges.txt', await readFile(`${tokenizer}/merges.txt`));
  // GPT-2's numbering: the ordinary tokens backwards; dict.txt puts them into their order again.
  const byId = [...vocabulary].sort(([, a], [, b]) => a - b).map(([token]) => token);
  const ordinary = byId.slice(4, -1);
  const gpt2 = Object.fromEntries([...ordinary].reverse().map((token, id) => [token, id]));
  await file('fairseq/encoder.json', JSON.stringify(gpt2));
  await file('fairseq/dict.txt', ordinary.map((token) => `${gpt2[token]} 100\n`).join(''));
  await file('fairseq/vocab.bpe', await readFile(`${tokenizer}/merges.txt`));
  for (const kind of ['pair', 'fairseq']) {
    const other = await loadTokenizer(at(kind));
    expect(other.definition.merges).toEqual(merges);
    const text = 'the cat <mask> 猫';
    expect(other.encode(text)).toEqual(loaded.encode(text));
  }
});

test('files that do not belong together are refused by name and place', async () => {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(at('odd'));
  await file('odd/vocab.json', '{"a": 0}');
  await file('odd/merges.txt', '#version: 0.2\na b\nc\n');
  await expect(loadTokenizer(at('odd'))).rejects.toThrow(/merges\.txt:3: 'c' is no pair/);
  await file('odd/merges.txt', '#version: 0.2\na b\n');
  await expect(loadTokenizer(at('odd'))).rejects.toThrow(/has no token for the byte/);
  const { definition } = await loadTokenizer(tokenizer);
  await file('odd/vocab.json', JSON.stringify(Object.fromEntries(definition.vocabulary)));
  await file('odd/merges.txt', 'x y\n');
  await expect(loadTokenizer(at('odd'))).rejects.toThrow(/merge 1, 'x y', needs the token 'xy'/);
  await expect(loadTokenizer(at('nowhere'))).rejects.toThrow('does not exist');
});
