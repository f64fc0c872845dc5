import { z } from 'zod';
import { InvalidConfigError, loadConfig } from '../../src/config/index.js';
import { editDistance, nearest } from '../../src/config/nearest.js';

const schema = z.strictObject({
  version: z.literal(1),
  optimizer: z.strictObject({
    learningRate: z.number().gt(0).describe('Peak learning rate.'),
    decay: z.enum(['matrices', 'all']).default('matrices'),
    betas: z.tuple([z.number(), z.number()]).default([0.9, 0.98]),
    eps: z.number().default(1e-6),
  }),
  schedule: z
    .discriminatedUnion('name', [
      z.strictObject({ name: z.literal('cosine'), warmup: z.int().min(0).default(0) }),
      z.strictObject({ name: z.literal('tri-stage'), phases: z.array(z.number()) }),
    ])
    .optional(),
});

async function problem(text: string): Promise<string> {
  const error: unknown = await loadConfig({ text: `version: 1\n${text}`, name: 'run.yaml' }, schema).catch(
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(InvalidConfigError);
  return (error as Error).message;
}

describe('a report names place, key, what was got and what is allowed', () => {
  test.each([
    [
      'optimizer:\n  learningRte: 1e-3',
      "run.yaml:3:3: optimizer.learningRte: unknown key, did you mean 'learningRate'? allowed here: learningRate, decay, betas, eps",
    ],
    ['optimizer: { lr: 1e-3 }', "run.yaml:2:14: optimizer.lr: unknown key, did you mean 'learningRate'?"],
    [
      'optimizer: { learningRate: 1 }\nwarmup: 3',
      "run.yaml:3:1: warmup: unknown key, did you mean 'schedule.warmup'? allowed here: version, optimizer, schedule",
    ],
    ['optimizer: { learningRate: 1, zzz: 3 }', 'run.yaml:2:31: optimizer.zzz: unknown key; allowed here: learningRate'],
    ["optimizer: { learningRate: '1' }", "run.yaml:2:14: optimizer.learningRate: expected number > 0, got '1'"],
    ['optimizer: { learningRate: 0 }', 'run.yaml:2:14: optimizer.learningRate: expected number > 0, got 0'],
    ['optimizer: { learningRate: {} }', 'optimizer.learningRate: expected number > 0, got a mapping'],
    [
      'optimizer: { learningRate: 1, decay: al }',
      "run.yaml:2:31: optimizer.decay: expected matrices | all, got 'al'; did you mean all?",
    ],
    ['optimizer: { learningRate: 1, betas: [0.9, x] }', "run.yaml:2:44: optimizer.betas[1]: expected number, got 'x'"],
    ['optimizer: { learningRate: 1, betas: [0.9] }', 'optimizer.betas: expected [number, number], got a list of 1'],
    ['optimizer: 3', 'run.yaml:2:1: optimizer: expected mapping, got 3'],
    ['optimizer: {}', 'run.yaml:2:1: optimizer.learningRate: missing; expected number > 0: Peak learning rate.'],
    ['schedule: { name: cosine }', 'optimizer: missing; expected mapping'],
    [
      'optimizer: { learningRate: 1 }\nschedule: { name: cosin }',
      "run.yaml:3:13: schedule.name: expected cosine | tri-stage, got 'cosin'; did you mean cosine?",
    ],
    [
      'optimizer: { learningRate: 1 }\nschedule: { name: cosine, phases: [1] }',
      'run.yaml:3:27: schedule.phases: unknown key, it belongs to name: tri-stage; allowed here: name, warmup',
    ],
  ])('%j', async (text, expected) => {
    expect(await problem(text)).toContain(expected);
  });

  test('everything wrong is reported at once, in the order of the file, and the first key is the one of the error', async () => {
    const text = 'schedule: { name: cosine, warmup: -1 }\noptimizer:\n  eps: no\n  learningRate: -1\n  x: 1\n';
    const error = (await loadConfig({ text: `version: 1\n${text}` }, schema).catch(
      (e: unknown) => e,
    )) as InvalidConfigError;
    expect(error.problems.map(({ key }) => key)).toEqual([
      'schedule.warmup',
      'optimizer.eps',
      'optimizer.learningRate',
      'optimizer.x',
    ]);
    expect(error.key).toBe('schedule.warmup');
    expect(error.hint).toContain('--set');
  });
});

describe('nearest', () => {
  test.each([
    ['learningrate', 'learningRate'],
    ['leraningRate', 'learningRate'],
    ['weight_decay', 'weightDecay'],
    ['wd', 'weightDecay'],
    ['foo', undefined],
    ['', undefined],
  ])('%s → %s', (word, expected) => {
    expect(nearest(word, ['learningRate', 'weightDecay', 'clipNorm'])).toBe(expected);
  });

  test('distances', () => {
    expect([
      editDistance('', 'abc'),
      editDistance('abc', 'abc'),
      editDistance('ab', 'ba'),
      editDistance('kitten', 'sitting'),
    ]).toEqual([3, 0, 1, 3]);
  });
});
