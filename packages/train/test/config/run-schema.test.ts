import { ConfigError } from '@d2v/core';
import { z } from 'zod';
import { describeSchema, formatYaml, loadConfig, runSchema, type RunSchemaParts } from '../../src/config/index.js';

const parts: RunSchemaParts = {
  encoder: z.strictObject({ patchSize: z.int().min(1).default(16).describe('Side of a patch in pixels.') }),
  backbone: z.strictObject({ depth: z.int().min(1).default(12).describe('Blocks.') }),
  objective: z.strictObject({ name: z.literal('data2vec2').default('data2vec2').describe('The objective.') }),
  transform: z.strictObject({ flip: z.boolean().default(true).describe('Mirror half of the images.') }),
  datasets: {
    folder: { description: 'Images in folders.', schema: z.strictObject({ path: z.string().describe('The folder.') }) },
    idx: { description: 'IDX files.', schema: z.strictObject({ images: z.string().describe('The file.') }) },
  },
};
const minimal = `
version: 1
modality: "@d2v/vision"
data: { train: { reader: folder, path: images } }
optimizer: { learningRate: 1e-3 }
training: { updates: 100, batchSize: 32 }
`;

const load = (text: string, more: Partial<RunSchemaParts> = {}) =>
  loadConfig({ text, name: 'run.yaml' }, runSchema({ ...parts, ...more }));

test('a small configuration is enough, and every default is filled in', async () => {
  expect(await load(minimal)).toEqual({
    version: 1,
    modality: '@d2v/vision',
    backend: 'auto',
    encoder: { patchSize: 16 },
    backbone: { depth: 12 },
    objective: { name: 'data2vec2' },
    data: { train: { reader: 'folder', path: 'images' }, transform: { flip: true }, workers: 'auto' },
    optimizer: {
      name: 'adamw',
      learningRate: 1e-3,
      betas: [0.9, 0.98],
      eps: 1e-6,
      weightDecay: 0.01,
      decay: 'matrices',
      clipNorm: 0,
      decoderScale: 1,
      headScale: 1,
    },
    schedule: { name: 'cosine', warmup: '3 %', minimum: 0 },
    training: {
      updates: 100,
      batchSize: 32,
      accumulate: 1,
      seed: 1,
      onBadSample: 'stop',
      onNaN: 'stop',
      checkpoint: { every: '1 epoch', keepLast: 2, keepBest: 1, metric: 'loss', better: 'lower' },
      validate: { every: '1 epoch' },
      log: { every: 50, tensorboard: true },
    },
  });
});

test('the resolved configuration, written as YAML, loads to itself', async () => {
  const config = await load(minimal);
  expect(await load(formatYaml(JSON.parse(JSON.stringify(config))))).toEqual(config);
});

test('the readers of the plugin are the ones that can be chosen, each with its own options', async () => {
  await expect(load(minimal.replace('folder, path', 'foldr, path'))).rejects.toThrow(
    "run.yaml:4:18: data.train.reader: expected folder | idx, got 'foldr'; did you mean folder?",
  );
  await expect(load(minimal.replace('path:', 'images:'))).rejects.toThrow(
    'run.yaml:4:34: data.train.images: unknown key, it belongs to reader: idx; allowed here: path, reader',
  );
});

test.each([
  ['{ batchSize: 3 }', 'training: missing; give `updates` or `epochs`'],
  ['{ batchSize: 3, updates: 3, epochs: 1 }', 'training.epochs: give `updates` or `epochs`, not both'],
  ['{ updates: 3 }', 'training.batchSize: missing; expected integer ≥ 1'],
  [
    '{ updates: 3, batchSize: 3, log: { every: often } }',
    'training.log.every: expected updates, "10 epochs" or "3 %", got \'often\'',
  ],
])('training: %s', async (training, message) => {
  await expect(load(minimal.replace('{ updates: 100, batchSize: 32 }', training))).rejects.toThrow(message);
});

test('sections that a run does not have are unknown keys', async () => {
  await expect(load(`${minimal}task: { name: x }\n`)).rejects.toThrow('task: unknown key');
  const tasks = { classify: { description: 'Classes.', schema: z.strictObject({ smoothing: z.number().default(0) }) } };
  const config = await load(`${minimal}task: { name: classify }\n`, { tasks });
  expect(config.task).toEqual({ name: 'classify', smoothing: 0 });
});

test('options that are no object are refused when the schema is built', () => {
  const datasets = { odd: { description: '', schema: z.string() } };
  expect(() => runSchema({ ...parts, datasets })).toThrow(ConfigError);
  expect(() => runSchema({ ...parts, datasets: {} })).toThrow('there is no reader to choose');
});

describe('describeSchema', () => {
  const rows = describeSchema(runSchema(parts));
  const row = (path: string, when?: string) => rows.find((each) => each.path === path && each.when === when);

  test('gives type, default and description of a key', () => {
    expect(row('optimizer.eps')).toEqual({
      path: 'optimizer.eps',
      type: 'number > 0',
      required: false,
      default: 1e-6,
      description: 'Added to the root of the second moment.',
    });
    expect(row('optimizer.learningRate')).toMatchObject({ required: true });
    expect(row('optimizer.betas')).toMatchObject({
      type: '[number ≥ 0 and < 1, number ≥ 0 and < 1]',
      default: [0.9, 0.98],
    });
    expect(row('training.checkpoint.every')).toMatchObject({
      type: 'updates, "10 epochs" or "3 %"',
      default: '1 epoch',
    });
    expect(row('backend')).toMatchObject({ type: 'auto | tensorflow | wasm | webgpu | cpu', default: 'auto' });
  });

  test('a choice has one row for its name, and its options say which choice they belong to', () => {
    expect(row('schedule.name')).toMatchObject({ type: 'cosine | tri-stage | polynomial | constant', required: true });
    expect(row('schedule.name')?.description).toContain('tri-stage: Linear warm-up');
    expect(row('schedule.warmup', 'schedule.name: cosine | polynomial | constant')).toBeDefined();
    expect(row('schedule.finalScale', 'schedule.name: tri-stage')).toMatchObject({
      type: 'number > 0 and ≤ 1',
      default: 0.01,
    });
    expect(row('data.train.path', 'data.train.reader: folder')).toMatchObject({ required: true });
  });

  test('sections come before what is in them', () => {
    const paths = rows.map(({ path }) => path);
    expect(paths.indexOf('training')).toBeLessThan(paths.indexOf('training.checkpoint'));
    expect(paths.indexOf('training.checkpoint')).toBeLessThan(paths.indexOf('training.checkpoint.every'));
  });

  test('every key has a description', () => {
    expect(rows.filter(({ description }) => description === '').map(({ path }) => path)).toEqual([]);
  });

  test('lists and free names', () => {
    const lists = describeSchema(
      z.object({
        sources: z.array(z.object({ path: z.string() })),
        weights: z.record(z.string(), z.number()),
        either: z.union([z.int(), z.string()]).optional(),
        channels: z.union([z.literal(1), z.literal(3)]),
      }),
    );
    expect(lists.map(({ path, type }) => `${path}: ${type}`)).toEqual([
      'sources: list of mapping',
      'sources[].path: text',
      'weights: mapping of names to number',
      'weights.<name>: number',
      'either: integer or text',
      'channels: 1 | 3',
    ]);
  });
});
