import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare as prepareCorpus } from '../../examples/text-wordnet/prepare.js';
import { huggingFace, ours, pytorch, type BenchCase, type Prepared } from './case.js';
import { stepCase } from './step.js';

const length = 512;

/** A step of one of the package's recipes. */
const step = (name: string, recipe: string, size: number): BenchCase =>
  stepCase({
    name,
    entrants: [pytorch('text_step'), ...ours('step', 'tensorflow')],
    model: { modality: '@d2v/text', extends: recipe },
    batch: { size, length },
    samples: `${size === 1 ? 'text' : 'texts'} of ${length} tokens`,
    unit: 'tokens',
    perSample: length,
  });

/** English text, and a tokenizer that was trained on it. */
export interface TokenizerTask {
  /** Path of the text, a line a document. */
  readonly corpus: string;
  /** Path of the tokenizer.json. */
  readonly tokenizer: string;
  /** Tokens of it. */
  readonly vocabulary: number;
}

/** The text and the tokenizer of examples/text-wordnet. */
async function prepare(): Promise<Prepared> {
  const { corpus, tokenizer } = await prepareCorpus(fileURLToPath(new URL('../../.bench/text', import.meta.url)));
  const megabytes = (await readFile(corpus)).length / 1e6;
  const task: TokenizerTask = { corpus, tokenizer: join(tokenizer, 'tokenizer.json'), vocabulary: 8192 };
  const size = `${megabytes.toFixed(1)} MB of English, ${task.vocabulary} tokens, seconds of processor time`;
  return { size, amount: megabytes, task };
}

export const textCases: readonly BenchCase[] = [
  step('data2vec 1, text base', 'v1-base', 2),
  step('data2vec 2, text base', 'v2-base', 1),
  {
    name: 'text, tokenising',
    entrants: [huggingFace('tokenising'), ...ours('tokenising', 'd2v')],
    unit: 'MB',
    prepare,
  },
  {
    name: 'text, tokenizer training',
    entrants: [huggingFace('tokenizer_training'), ...ours('tokenizer-training', 'd2v')],
    unit: 'MB',
    prepare,
  },
];
