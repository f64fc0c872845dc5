import { ConfigError, wholeNumberOption, type CommandInput, type PluginCommand } from '@d2v/core';
import type { Tokenizer } from '../../tokens/index.js';
import { loadTokenizer, saveTokenizer } from '../tokenizer-files.js';
import { trainTokenizerFiles } from '../train-tokenizer.js';
import { inputLines } from './input.js';

/** `d2v tokenizer`: trains a byte-level BPE, and shows what one does. */
export const tokenizerCommand: PluginCommand = {
  description: 'train a tokenizer on text files (train), or turn texts into token ids (encode) and back (decode)',
  arguments: '<action> <inputs...>',
  options: [
    { flags: '-o, --out <folder>', description: 'train: where tokenizer.json, vocab.json and merges.txt go' },
    { flags: '--vocabulary <n>', description: 'train: tokens in all; default: 8192' },
    { flags: '--min-frequency <n>', description: 'train: least occurrences of a pair that is merged; default: 2' },
    { flags: '-t, --tokenizer <path>', description: 'encode, decode: folder of the tokenizer, or its tokenizer.json' },
    { flags: '--tokens', description: 'encode: print the tokens instead of their ids' },
  ],
  examples: [
    'd2v tokenizer train texts/ --out tokenizer --vocabulary 8192',
    'd2v tokenizer encode "Call me Ishmael." --tokenizer tokenizer',
    'd2v tokenizer encode - --tokenizer tokenizer < lines.txt > ids.txt',
    'd2v tokenizer decode "0 713 16 2" --tokenizer tokenizer',
  ],
  run: async (input) => {
    const [action, ...inputs] = input.arguments;
    const actions: Readonly<Record<string, typeof train>> = { train, encode, decode };
    const chosen = action !== undefined && Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (!chosen) {
      throw new ConfigError(`tokenizer: there is no action '${action ?? ''}'`, {
        key: 'action',
        hint: 'give train, encode or decode',
      });
    }
    if (inputs.length === 0) {
      const hint = action === 'train' ? 'name text files or folders' : 'give texts, or - for standard input';
      throw new ConfigError(`tokenizer ${action}: no inputs`, { key: 'inputs', hint });
    }
    await chosen(inputs, input);
  },
};

async function train(paths: readonly string[], { options, tools }: CommandInput): Promise<void> {
  if (typeof options.out !== 'string') {
    throw new ConfigError('tokenizer train: no --out', { key: '--out', hint: 'name the folder of the new tokenizer' });
  }
  const vocabularySize = wholeNumberOption(options.vocabulary, '--vocabulary', 1) ?? 8192;
  const minFrequency = wholeNumberOption(options.minFrequency, '--min-frequency', 1);
  let merging = false;
  const tokenizer = await trainTokenizerFiles(paths, {
    vocabularySize,
    ...(minFrequency !== undefined && { minFrequency }),
    signal: tools.signal,
    onText: (done, total) => tools.progress(done, total),
    onProgress: (tokens) => {
      if (!merging) tools.note('the text is counted, merging pairs');
      merging = true;
      if (tokens % 64 === 0) tools.progress(tokens, vocabularySize);
    },
  });
  if (!tokenizer) return;
  await saveTokenizer(tokenizer, options.out);
  const { merges } = tokenizer.definition;
  tools.print(`${tokenizer.size} tokens, ${merges.length} merges in ${options.out}`);
  if (tokenizer.size < vocabularySize) {
    tools.note(`the text has no more pairs that occur ${minFrequency ?? 2} times: ${tokenizer.size} tokens are all`);
  }
}

async function encode(texts: readonly string[], { options, tools }: CommandInput): Promise<void> {
  const tokenizer = await tokenizerOf(options);
  for await (const text of linesOf(texts)) {
    if (tools.signal.aborted) return;
    const ids = tokenizer.ids(text);
    tools.print((options.tokens ? ids.map((id) => tokenizer.token(id)) : ids).join(' '));
  }
}

async function decode(lines: readonly string[], { options, tools }: CommandInput): Promise<void> {
  const tokenizer = await tokenizerOf(options);
  for await (const line of linesOf(lines)) {
    if (tools.signal.aborted) return;
    const ids = line.split(/[\s,]+/).filter((id) => id !== '').map((id) => idOf(id, tokenizer)); // prettier-ignore
    tools.print(tokenizer.decode(ids));
  }
}

function idOf(written: string, tokenizer: Tokenizer): number {
  const id = Number(written);
  if (Number.isInteger(id) && id >= 0 && id < tokenizer.size) return id;
  throw new ConfigError(`tokenizer decode: '${written}' is no id of this tokenizer`, {
    hint: `ids are whole numbers from 0 to ${tokenizer.size - 1}, with spaces between them`,
  });
}

async function* linesOf(inputs: readonly string[]): AsyncGenerator<string> {
  for (const input of inputs) {
    if (input !== '-') yield input;
    else for await (const { text } of inputLines(['-'])) yield text;
  }
}

async function tokenizerOf({ tokenizer }: CommandInput['options']): Promise<Tokenizer> {
  if (typeof tokenizer === 'string') return loadTokenizer(tokenizer);
  throw new ConfigError('tokenizer: no --tokenizer', { key: '--tokenizer', hint: 'name the folder of a tokenizer' });
}
