import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Weights } from '@d2v/core';
import { finetune, loadRun, pretrain } from '../../src/index.js';
import { tensorSums } from '../trainer/tiny.js';
import { finetuning, pretraining, scratch, temporaryFolder } from './squares.js';

const folder = temporaryFolder();
const data = join(folder, 'data');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Checkpoints after every update of a fine-tuning from scratch. */
const config = (updates: number, freeze?: object) => {
  const { training, ...rest } = finetuning(data, updates);
  const checkpoint = { every: 1, keepLast: 10 };
  return {
    ...rest,
    ...scratch,
    training: { ...training, checkpoint, validate: { every: 100 }, ...(freeze && { freeze }) },
  };
};

/** Names whose values differ between two checkpoints of a run. */
async function changed(run: string, before: number, after: number): Promise<string[]> {
  const [a, b] = [await loadRun(run, { checkpoint: before }), await loadRun(run, { checkpoint: after })];
  const differs = (name: string): boolean =>
    b.weights[name]!.dataSync().some((x, i) => x !== values(a.weights, name)[i]);
  const names = Object.keys(a.weights).filter(differs).sort();
  a.dispose();
  b.dispose();
  return names;
}
const values = (weights: Weights, name: string) => weights[name]!.dataSync();
const isHead = (name: string): boolean => name.startsWith('head.');

test('the head learns alone for some updates, then all but what is frozen for good', async () => {
  const out = join(folder, 'frozen');
  await finetune({ config: config(4, { updates: 2, parameters: ['blocks.0.attn', 'encoder.local'] }), out });
  const early = await changed(out, 1, 2);
  expect(early.length).toBeGreaterThan(1);
  expect(early.every(isHead)).toBe(true);
  const late = await changed(out, 2, 4);
  expect(late).toEqual(expect.arrayContaining(['blocks.0.mlp.fc1.weight', 'blocks.1.attn.qkv.weight', 'head.weight']));
  expect(late.filter((name) => /^(blocks\.0\.attn|encoder\.local)\./.test(name))).toEqual([]);
  expect((await changed(out, 1, 2)).filter((name) => !isHead(name))).toEqual([]);
});

test('the first update after thawing is as large as a first update: Adam counts from there', async () => {
  const [frozen, free] = [join(folder, 'thawed'), join(folder, 'free')];
  const steady = {
    optimizer: { learningRate: 1e-3, weightDecay: 0, betas: [0.9, 0.999] },
    schedule: { name: 'constant' },
  };
  await finetune({ config: { ...config(9, { updates: 8 }), ...steady }, out: frozen });
  await finetune({ config: { ...config(2), ...steady }, out: free });
  const name = 'blocks.0.mlp.fc1.weight';
  const largest = async (run: string, before: number, after: number): Promise<number> => {
    const [a, b] = [await loadRun(run, { checkpoint: before }), await loadRun(run, { checkpoint: after })];
    const steps = values(b.weights, name).map((x, i) => Math.abs(x - values(a.weights, name)[i]!));
    a.dispose();
    b.dispose();
    return Math.max(...steps);
  };
  // Adam's first step is the learning rate, whatever the gradient; with the count of all nine it
  // would be (0.1/(1 − 0.9^9)) / √(0.001/(1 − 0.999^9)) = 0.49 of it.
  expect(await largest(frozen, 8, 9)).toBeCloseTo(1e-3, 5);
  expect(await largest(free, 1, 2)).toBeGreaterThan(0);
});

test('a run that stops while or after the head learns alone ends like one that does not', async () => {
  const [through, stopped] = [join(folder, 'through'), join(folder, 'stopped')];
  const freezing = config(6, { updates: 3, parameters: ['encoder.local'] });
  await finetune({ config: freezing, out: through });
  for (const at of [2, 4, 100]) {
    const abort = new AbortController();
    const onEvent = (event: { type: string; update?: number }): void => {
      if (event.type === 'update' && event.update === at) abort.abort();
    };
    await finetune({ config: freezing, out: stopped, signal: abort.signal, onEvent });
  }
  expect(tensorSums(stopped, 6)).toEqual(tensorSums(through, 6));
});

test('freezing is for fine-tuning, is part of the configuration, and names what it does not know', async () => {
  const pre = pretraining(data);
  const training = { ...pre.training, freeze: { updates: 2 } };
  await expect(pretrain({ config: { ...pre, training }, out: join(folder, 'no') })).rejects.toThrow(/training\.freeze/);
  const wrong = config(2, { parameters: ['encoder.locl'] });
  await expect(finetune({ config: wrong, out: join(folder, 'no') })).rejects.toThrow(/did you mean 'encoder\.local'/);
  await expect(finetune({ config: config(6, { updates: 4 }), out: join(folder, 'through') })).rejects.toThrow(
    /training\.freeze\.updates: 3 there, 4 now/,
  );
});
