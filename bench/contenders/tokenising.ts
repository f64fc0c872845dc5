// Text → token ids in JavaScript (see serve.ts), line by line.
import { readText } from '@d2v/core/node';
import { loadTokenizer } from '@d2v/text/node';
import type { TokenizerTask } from '../cases/text.js';
import { processorClock, serve } from './serve.js';

const task = JSON.parse(process.argv[2]!) as TokenizerTask;
const tokenizer = await loadTokenizer(task.tokenizer);
const lines = (await readText(task.corpus)).split('\n');
let tokens = 0;

await serve({
  step() {
    tokens = 0;
    for (const line of lines) tokens += tokenizer.ids(line).length;
  },
  checks: () => ({ tokens }),
  clock: processorClock,
});
