import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode } from '../../../tools/jest/run-node.js';

const out = mkdtempSync(join(tmpdir(), 'd2v-wordnet-'));
afterAll(() => rmSync(out, { recursive: true }));

const words: Readonly<Record<string, readonly string[]>> = {
  'noun.animal': ['fur', 'paw', 'forest', 'young', 'wild'],
  'noun.food': ['sweet', 'dish', 'fruit', 'baked', 'cream'],
  'verb.motion': ['walk', 'quickly', 'along', 'run', 'path'],
};

/** Glosses of three words each, as many of every class. */
function glosses(count: number, offset: number): { text: string; label: string }[] {
  return Object.entries(words).flatMap(([label, own]) =>
    Array.from({ length: count }, (_, i) => {
      const word = (step: number): string => own[((i + offset) * step + step) % own.length]!;
      return { text: `a ${word(1)} of ${word(2)} and ${word(3)} ${i}`, label };
    }),
  );
}

/** Words enough for a tokenizer of the size that the model has. */
function wordList(): string[] {
  const syllables = [...'bdfgklmnprstvz'].flatMap((consonant) => [...'aeiou'].map((vowel) => consonant + vowel));
  const pairs = syllables.flatMap((first) => syllables.map((second) => first + second));
  return pairs.flatMap((pair, i) => [pair, pair + syllables[i % syllables.length]!]);
}

/** The data where the example looks before it makes them of WordNet. */
function writeData(): void {
  const [train, test] = [glosses(400, 0), glosses(40, 1)];
  const lines = (own: readonly object[]): string => own.map((gloss) => `${JSON.stringify(gloss)}\n`).join('');
  mkdirSync(join(out, 'data'));
  writeFileSync(join(out, 'data/train.jsonl'), lines(train));
  writeFileSync(join(out, 'data/test.jsonl'), lines(test));
  const documents = [wordList().join(' '), ...train.map(({ text }) => text), wordList().reverse().join(' ')];
  writeFileSync(join(out, 'data/corpus.txt'), `${documents.join('\n\n')}\n`);
}

test('the quickstart runs from the corpus to the table and the report', async () => {
  writeData();
  const small = ['backend=wasm', 'training.updates=2', 'backbone.dim=32', 'backbone.depth=2', 'backbone.heads=2', 'objective.targets.topK=2', 'objective.decoder.width=16']; // prettier-ignore
  const printed = await runNode(
    {
      arguments: [
        ...['main.ts', '--quick', '--out', out],
        ...small.flatMap((setting) => ['--set', setting]),
        ...['backend=wasm', 'training.updates=2'].flatMap((setting) => ['--set-finetune', setting]),
      ],
    },
    new URL('..', import.meta.url),
  );
  const table = readFileSync(join(out, 'results.md'), 'utf8');
  expect(table.split('\n')[0]).toBe('|  | 1 % | linear probe | 20-NN |');
  expect(table).toMatch(/^\| naive Bayes \| \d+\.\d \| – \| – \|$/m);
  for (const method of ['pre-trained', 'from scratch']) {
    expect(table).toMatch(new RegExp(`^\\| ${method} \\| \\d+\\.\\d \\| \\d+\\.\\d \\| \\d+\\.\\d \\|$`, 'm'));
  }
  expect(printed).toContain(table);
  expect(readFileSync(join(out, 'pretrain-1/report.html'), 'utf8')).toContain('</html>');
  expect(readFileSync(join(out, '1-percent-pre-trained-1/report.html'), 'utf8')).toContain('class="matrix"');
}, 120_000);
