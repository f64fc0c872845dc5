// Training of a byte-level BPE in JavaScript (see serve.ts), reading included.
import { trainTokenizerFiles } from '@d2v/text/node';
import { readText } from '@d2v/core/node';
import type { Tokenizer } from '@d2v/text';
import type { TokenizerTask } from '../cases/text.js';
import { processorClock, serve } from './serve.js';

const { corpus, vocabulary } = JSON.parse(process.argv[2]!) as TokenizerTask;
const lines = (await readText(corpus)).split('\n', 100);
let tokenizer: Tokenizer | undefined;

await serve({
  async step() {
    tokenizer = await trainTokenizerFiles([corpus], { vocabularySize: vocabulary });
  },
  checks: () => ({
    vocabulary: tokenizer!.size,
    'tokens of 100 lines': lines.reduce((sum, line) => sum + tokenizer!.ids(line).length, 0),
  }),
  clock: processorClock,
});
