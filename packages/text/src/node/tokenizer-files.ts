import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ConfigError } from '@d2v/core';
import { readText, statFile } from '@d2v/core/node';
import {
  fromVocabulary,
  parseFairseq,
  parseMerges,
  parseTokenizerJson,
  parseVocabulary,
  Tokenizer,
  writeMerges,
  writeTokenizerJson,
  writeVocabulary,
  type TokenizerDefinition,
} from '../tokens/index.js';

/**
 * Loads a tokenizer: a `tokenizer.json`, or a folder with `tokenizer.json`, or `vocab.json` and `merges.txt`, or fairseq's
 * `dict.txt`, `encoder.json` and `vocab.bpe`.
 *
 * @throws ConfigError naming the file when it is malformed, or the files do not belong together; SampleError when a file
 *   cannot be read
 */
export async function loadTokenizer(path: string): Promise<Tokenizer> {
  return new Tokenizer(await readDefinition(path));
}

/** Writes `tokenizer.json`, `vocab.json` and `merges.txt` into a folder, each whole or not at all. */
export async function saveTokenizer({ definition }: Tokenizer, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = {
    'vocab.json': writeVocabulary(definition.vocabulary),
    'merges.txt': writeMerges(definition.merges),
    'tokenizer.json': writeTokenizerJson(definition),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, `${name}.new`), content);
    await rename(join(folder, `${name}.new`), join(folder, name));
  }
}

async function readDefinition(path: string): Promise<TokenizerDefinition> {
  const kind = await statFile(path);
  const folder = kind.isDirectory() ? path : dirname(path);
  const at = (name: string): string => join(folder, name);
  const names = new Set(kind.isDirectory() ? await readdir(path) : [basename(path)]);
  if (!kind.isDirectory() && path.endsWith('.json') && basename(path) !== 'vocab.json') {
    return parseTokenizerJson(await readText(path), path);
  }
  if (names.has('tokenizer.json'))
    return parseTokenizerJson(await readText(at('tokenizer.json')), at('tokenizer.json'));
  if (names.has('vocab.json')) {
    const vocabulary = parseVocabulary(await readText(at('vocab.json')), at('vocab.json'));
    return fromVocabulary(vocabulary, parseMerges(await readText(at('merges.txt')), at('merges.txt')), path);
  }
  if (names.has('dict.txt')) {
    const files = { dictionary: at('dict.txt'), encoder: at('encoder.json'), merges: at('vocab.bpe') };
    const [dictionary, encoder, merges] = await Promise.all(
      [files.dictionary, files.encoder, files.merges].map((file) => readText(file)),
    );
    return parseFairseq({ dictionary: dictionary!, encoder: encoder!, merges: merges! }, files);
  }
  throw new ConfigError(`${path} holds no tokenizer`, {
    hint: 'give a folder with tokenizer.json, or vocab.json and merges.txt, or dict.txt, encoder.json and vocab.bpe',
  });
}
