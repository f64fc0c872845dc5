import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@d2v/core';
import { z } from 'zod';
import { loadConfig, readConfig, type LoadOptions } from '../../src/config/index.js';

const schema = z.strictObject({
  version: z.literal(1),
  modality: z.string().default('none'),
  optimizer: z
    .strictObject({
      learningRate: z.number().gt(0).default(1e-3),
      betas: z.tuple([z.number(), z.number()]).default([0.9, 0.98]),
      clipNorm: z.number().default(0),
    })
    .prefault({}),
  schedule: z
    .discriminatedUnion('name', [
      z.strictObject({ name: z.literal('cosine'), warmup: z.int().default(0) }),
      z.strictObject({ name: z.literal('constant') }),
    ])
    .default({ name: 'cosine', warmup: 0 }),
  sources: z.array(z.strictObject({ path: z.string() })).default([]),
});

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'd2v-config-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const load = (text: string, options?: LoadOptions) => loadConfig({ text, name: 'run.yaml' }, schema, options);

test('fills in defaults and keeps what is written', async () => {
  expect(await load('version: 1\noptimizer: { learningRate: 5e-4 }\n')).toEqual({
    version: 1,
    modality: 'none',
    optimizer: { learningRate: 5e-4, betas: [0.9, 0.98], clipNorm: 0 },
    schedule: { name: 'cosine', warmup: 0 },
    sources: [],
  });
});

test('the value that decides about the schema can be read before there is one', async () => {
  const raw = await readConfig({ text: 'version: 1\nmodality: "@d2v/vision"\nencoder: { patch: 16 }\n' });
  expect(raw.get('modality')).toBe('@d2v/vision');
  expect(raw.get('encoder', 'patch')).toBe(16);
  expect(raw.get('encoder', 'nothing', 'below')).toBeUndefined();
  expect(raw.place('encoder', 'patch')).toBe('configuration:3:12');
});

describe('extends', () => {
  test('merges mappings key by key over files relative to the file that names them', async () => {
    file(
      'base.yaml',
      'version: 1\noptimizer:\n  learningRate: 0.5\n  clipNorm: 3\nsources: [{ path: a }, { path: b }]\n',
    );
    file('middle.yaml', 'extends: ./base.yaml\noptimizer: { clipNorm: 4 }\n');
    const top = file('top.yaml', 'version: 1\nextends: middle.yaml\nsources: [{ path: c }]\n');
    const config = await loadConfig(top, schema);
    expect(config.optimizer).toEqual({ learningRate: 0.5, betas: [0.9, 0.98], clipNorm: 4 });
    expect(config.sources).toEqual([{ path: 'c' }]);
  });

  test('a preset is looked up for the modality that the file names', async () => {
    const asked: unknown[] = [];
    const presets = async (modality: string | undefined) => {
      asked.push(modality);
      return { 'data2vec2-base': 'version: 1\noptimizer: { clipNorm: 4 }\n' };
    };
    const config = await load('version: 1\nmodality: ecg\nextends: data2vec2-base\n', { presets });
    expect(config.optimizer.clipNorm).toBe(4);
    expect(asked).toEqual(['ecg']);
  });

  test('an unknown preset is reported with the nearest one', async () => {
    const presets = async () => ({ 'data2vec2-base': '', 'data2vec1-base': '' });
    const wrong = load('version: 1\nextends: data2vec2-bsae\n', { presets });
    await expect(wrong).rejects.toThrow("run.yaml:2:10: extends: no preset 'data2vec2-bsae'");
    await expect(wrong).rejects.toThrow("did you mean 'data2vec2-base'?");
  });

  test('null brings an inherited key back to its default', async () => {
    file('clip.yaml', 'version: 1\noptimizer: { clipNorm: 3, learningRate: 0.5 }\n');
    const config = await loadConfig(
      file('noclip.yaml', 'version: 1\nextends: ./clip.yaml\noptimizer: { clipNorm: }\n'),
      schema,
    );
    expect(config.optimizer).toMatchObject({ clipNorm: 0, learningRate: 0.5 });
  });

  test('another kind replaces the inherited one with its options', async () => {
    file('cosine.yaml', 'version: 1\nschedule: { name: cosine, warmup: 10 }\n');
    const text = 'version: 1\nextends: ./cosine.yaml\nschedule: { name: constant }\n';
    expect((await loadConfig(file('constant.yaml', text), schema)).schedule).toEqual({ name: 'constant' });
  });

  test.each(['name', 'reader', 'strategy'])('what counts as the kind: %s', async (key) => {
    const presets = async () => ({ base: `version: 1\nmask: { ${key}: a, ratio: 3 }\n` });
    const mask = async (over: string) =>
      (await readConfig({ text: `version: 1\nextends: base\nmask: ${over}\n` }, { presets })).get('mask');
    expect(await mask(`{ ${key}: b }`)).toEqual({ [key]: 'b' });
    expect(await mask(`{ ${key}: a }`)).toEqual({ [key]: 'a', ratio: 3 });
    expect(await mask('{ length: 5 }')).toEqual({ [key]: 'a', ratio: 3, length: 5 });
  });

  test('a circle is named', async () => {
    file('a.yaml', 'version: 1\nextends: ./b.yaml\n');
    file('b.yaml', 'version: 1\nextends: ./a.yaml\n');
    await expect(loadConfig(join(folder, 'a.yaml'), schema)).rejects.toThrow(
      /a\.yaml extends .*b\.yaml extends .*a\.yaml/,
    );
  });

  test('a missing file is named with the place that asks for it', async () => {
    const path = file('orphan.yaml', 'version: 1\nextends: ./gone.yaml\n');
    await expect(loadConfig(path, schema)).rejects.toThrow(
      `${path}:2:10: extends: cannot read ${join(folder, 'gone.yaml')}`,
    );
  });
});

describe('--set', () => {
  test('sets numbers, lists, list items and mappings, later ones over earlier ones', async () => {
    const set = [
      'optimizer.learningRate=1e-4',
      'optimizer.learningRate=2e-4',
      'optimizer.betas=[0.9, 0.95]',
      'optimizer.betas.0=0.8',
      'sources=[{ path: x }]',
      'sources.0.path=y=z',
    ];
    expect(await load('version: 1\n', { set })).toMatchObject({
      optimizer: { learningRate: 2e-4, betas: [0.8, 0.95] },
      sources: [{ path: 'y=z' }],
    });
  });

  test('an empty value removes the key', async () => {
    const config = await load('version: 1\noptimizer: { clipNorm: 3, learningRate: 2 }\n', {
      set: ['optimizer.clipNorm='],
    });
    expect(config.optimizer).toMatchObject({ clipNorm: 0, learningRate: 2 });
  });

  test('changing the kind drops the options of the other kind', async () => {
    const config = await load('version: 1\nschedule: { name: cosine, warmup: 3 }\n', {
      set: ['schedule.name=constant'],
    });
    expect(config.schedule).toEqual({ name: 'constant' });
  });

  test.each([
    ['optimizer', "'optimizer' sets nothing"],
    ['=3', "'=3' sets nothing"],
    ['version.major=2', "'major' would be a key of the value 1"],
    ['sources.4.path=x', "'4' is no index into a list of 0"],
    ['__proto__.polluted=1', 'sets nothing'],
  ])('%s is refused', async (override, message) => {
    await expect(load('version: 1\nsources: []\n', { set: [override] })).rejects.toThrow(message);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('a wrong value is blamed on the override', async () => {
    await expect(load('version: 1\n', { set: ['optimizer.learningRate=fast'] })).rejects.toThrow(
      "--set optimizer.learningRate=fast: optimizer.learningRate: expected number > 0, got 'fast'",
    );
  });
});

describe('version', () => {
  test('another version is refused with its place', async () => {
    await expect(load('version: 2\n')).rejects.toThrow(
      'run.yaml:1:1: configuration version 2, this d2v reads version 1',
    );
  });

  test('a missing version is asked for', async () => {
    await expect(load('optimizer: {}\n')).rejects.toThrow("run.yaml: 'version' is missing");
  });

  test('a base of another version is refused', async () => {
    const presets = async () => ({ old: 'version: 0\n' });
    await expect(load('version: 1\nextends: old\n', { presets })).rejects.toThrow(
      'preset old:1:1: configuration version 0',
    );
  });
});

describe('YAML', () => {
  test.each([
    ['version: 1\noptimizer: {\n', /^run\.yaml:\d+:\d+: /],
    ['version: 1\nversion: 1\n', /^run\.yaml:2:1: .*unique/],
    ['- version\n', /^run\.yaml: a configuration is a mapping/],
    ['', /^run\.yaml: a configuration is a mapping/],
    ['version: 1\n? [a]\n: 3\n', /^run\.yaml:2:3: .* cannot be a key/],
    ['version: 1\n__proto__: { x: 1 }\n', /^run\.yaml:2:1: '__proto__' cannot be a key/],
    ['version: 1\nmodality: *nowhere\n', /^run\.yaml:2:11: /],
  ])('%j is refused with its place', async (text, message) => {
    const refused = load(text);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
  });

  test('anchors repeat a value', async () => {
    const config = await load('version: 1\nsources: [&a { path: x }, *a]\n');
    expect(config.sources).toEqual([{ path: 'x' }, { path: 'x' }]);
  });

  test('aliases cannot blow a file up', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    );
    await expect(load(`version: 1\nl0: &l0 [x]\n${levels.join('\n')}\n`)).rejects.toThrow(/cannot follow the alias/);
  });

  test('a file that cannot be read is named', async () => {
    await expect(loadConfig(join(folder, 'none.yaml'), schema)).rejects.toThrow(
      `cannot read ${join(folder, 'none.yaml')}`,
    );
  });
});
