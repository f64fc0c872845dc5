import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatYaml } from '../../src/config/index.js';
import { pretraining, squareFiles, temporaryFolder } from '../api/squares.js';
import { d2v } from './d2v.js';
import { SQUARE_PNG } from './png.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COMMANDS = ['pretrain', 'probe', 'finetune', 'evaluate', 'embed', 'inspect', 'report', 'setup'];

test('--help names every command, with examples, and is no error', async () => {
  const { code, out } = await d2v('--help');
  expect(code).toBe(0);
  for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
  expect(out).toContain('d2v pretrain fashion.yaml --out runs/fashion');
});

test.each(COMMANDS)('%s --help says what it takes', async (command) => {
  const { code, out } = await d2v(command, '--help');
  expect(code).toBe(0);
  expect(out).toContain(`Usage: d2v ${command}`);
});

test('--version is the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(await d2v('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

describe('a mistake ends with code 1, one message and no stack', () => {
  const config = pretraining(join(folder, 'data'));
  const file = (name: string, value: object): string => {
    const path = join(folder, name);
    writeFileSync(path, formatYaml(value as never));
    return path;
  };

  test.each([
    ['a command', () => ['pretrian', 'x.yaml'], /unknown command 'pretrian'\n\(Did you mean pretrain\?\)/],
    ['an option', () => ['pretrain', 'x.yaml', '--otu', 'y'], /unknown option '--otu'\n\(Did you mean --out\?\)/],
    ['no configuration', () => ['pretrain'], /missing required argument 'config'/],
    ['a file that is not there', () => ['pretrain', join(folder, 'nowhere.yaml')], /nowhere\.yaml/],
    [
      'a key',
      () => ['pretrain', file('key.yaml', { ...config, backbone: { dim: 16, dpeth: 2 } })],
      /key\.yaml:\d+:\d+: backbone\.dpeth.*depth/s,
    ],
    [
      'a key of --set',
      () => ['pretrain', file('set.yaml', config), '--set', 'optimizer.learningrate=1'],
      /optimizer\.learningrate.*learningRate/s,
    ],
    [
      'a preset',
      () => ['pretrain', file('preset.yaml', { version: 1, modality: '@d2v/vision', extends: 'fashoin' })],
      /fashoin.*fashion/s,
    ],
    [
      'a version',
      () => ['pretrain', file('version.yaml', { ...config, version: 2 })],
      /version\.yaml:\d+:\d+: configuration version 2, this d2v reads version 1/,
    ],
    [
      'a modality',
      () => ['pretrain', file('modality.yaml', { ...config, modality: '@d2v/smell' })],
      /cannot load the modality '@d2v\/smell'.*npm install @d2v\/smell/s,
    ],
    ['a run', () => ['inspect', join(folder, 'no run')], /no run/],
    ['a number', () => ['probe', 'runs/x', '--layers', 'two'], /a whole number from 1 up is needed/],
  ])('in %s', async (_, args, message) => {
    const out = join(folder, 'must not be');
    const given = args();
    const outcome = await d2v(...given, ...(given[0] === 'pretrain' && given.length > 1 ? ['--out', out] : []));
    expect(outcome.code).toBe(1);
    expect(outcome.err).toMatch(message);
    expect(outcome.err).not.toMatch(/^ +at /m);
    expect(outcome.out).toBe('');
    expect(existsSync(out)).toBe(false);
  });
});

test('pretrain, again, inspect, embed and probe work on one run', async () => {
  const config = join(folder, 'squares.yaml');
  writeFileSync(config, formatYaml(pretraining(join(folder, 'data')) as never));
  const run = join(folder, 'run');

  const first = await d2v('pretrain', config, '--out', run, '--set', 'training.updates=2', '--no-report');
  expect(first).toMatchObject({ code: 0, out: '' });
  expect(first.err).toContain(`finished 2 updates (2 now, `);
  const again = await d2v('pretrain', config, '--out', run, '--set', 'training.updates=2', '--no-report');
  expect(again.code).toBe(0);
  expect(again.err).toContain(`going on after update 2 of 2 in ${run}`);
  const other = await d2v('pretrain', config, '--out', run);
  expect(other.code).toBe(1);
  expect(other.err).toMatch(/OtherConfigError: .*training\.updates: 2 there, 4 now/s);

  const inspected = await d2v('inspect', run, '--json');
  expect(inspected.code).toBe(0);
  expect(JSON.parse(inspected.out)).toMatchObject({ type: 'run', kind: 'pretrain', update: 2 });

  const images = join(folder, 'images');
  mkdirSync(images);
  for (const name of ['a.png', 'b.png']) writeFileSync(join(images, name), SQUARE_PNG);
  const npy = join(folder, 'x.npy');
  const embedded = await d2v('embed', run, images, '--out', npy);
  expect(embedded).toMatchObject({ code: 0 });
  expect(embedded.out).toContain(`2 × 16 values in ${npy}`);
  expect(readFileSync(npy).subarray(1, 6).toString()).toBe('NUMPY');
  expect(readFileSync(join(folder, 'x.names.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);

  const labelled = join(folder, 'labelled.yaml');
  const squares = (name: string, seed: number) => squareFiles(join(folder, 'data'), name, 16, seed);
  writeFileSync(labelled, formatYaml({ train: squares('probed', 3), test: squares('tested', 4) } as never));
  const probed = await d2v('probe', run, '--data', labelled);
  expect(probed).toMatchObject({ code: 0 });
  for (const row of ['pre-trained', 'random weights', 'raw input']) expect(probed.out).toContain(row);
  const alone = await d2v('probe', run, '--data', labelled, '--no-baselines');
  expect(alone).toMatchObject({ code: 0 });
  expect(alone.out).not.toContain('random weights');
});
