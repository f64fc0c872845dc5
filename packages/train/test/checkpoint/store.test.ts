import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError } from '@d2v/core';
import { CheckpointStore, type CheckpointStoreOptions } from '../../src/checkpoint/index.js';
import { contents } from './contents.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'd2v-checkpoints-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function store(options: Partial<CheckpointStoreOptions> = {}): CheckpointStore {
  return new CheckpointStore(folder, { keepLast: 2, keepBest: 0, metric: 'loss', better: 'lower', ...options });
}

async function saveAll(target: CheckpointStore, losses: Readonly<Record<number, number>>): Promise<void> {
  for (const [update, loss] of Object.entries(losses)) await target.save(contents(Number(update), { loss }));
}

test('gives back what was saved, to the bit', async () => {
  const path = await store().save(contents(1200, { loss: 0.1 }));
  expect(path).toBe(join(folder, '00001200'));
  const checkpoint = (await store().latest())!;
  expect(checkpoint.groups).toEqual(['student', 'teacher']);
  expect(checkpoint.state).toEqual({ format: 1, ...contents(1200, { loss: 0.1 }).state });
  expect(await checkpoint.tensors('student')).toEqual(await contents(1200).groups['student']!());
  expect(await checkpoint.tensors('teacher')).toEqual(await contents(1200).groups['teacher']!());
});

test('a group that is not there is named with those that are', async () => {
  await store().save(contents(1));
  const checkpoint = (await store().latest())!;
  await expect(checkpoint.tensors('optimizer')).rejects.toThrow(/no tensors 'optimizer'[^]*student, teacher/);
});

test('there is nothing to go on from in an empty or missing folder', async () => {
  expect(await store().latest()).toBeUndefined();
  expect(await store().best()).toBeUndefined();
  expect(await new CheckpointStore(join(folder, 'none'), store().options).latest()).toBeUndefined();
});

test('sha256sum agrees with the checksums', async () => {
  const path = await store().save(contents(7));
  const report = execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: path, encoding: 'utf8' });
  expect(report.trim().split('\n')).toEqual(['student.safetensors: OK', 'teacher.safetensors: OK', 'state.json: OK']);
});

test('metrics that are not finite are left out, and the state still loads', async () => {
  await store().save(contents(7, { loss: NaN, accuracy: 0.5 }));
  expect((await store().latest())!.state.metrics).toEqual({ accuracy: 0.5 });
});

describe('retention', () => {
  test('keeps the last N', async () => {
    await saveAll(store({ keepLast: 3 }), { 10: 1, 20: 1, 30: 1, 40: 1, 50: 1 });
    expect(await store().updates()).toEqual([30, 40, 50]);
  });

  test('keeps the best N besides, lower or higher', async () => {
    const losses = { 10: 0.5, 20: 0.1, 30: 0.3, 40: 0.2, 50: 0.9 };
    await saveAll(store({ keepLast: 1, keepBest: 2 }), losses);
    expect(await store().updates()).toEqual([20, 40, 50]);
    expect((await store().best())!.state.update).toBe(20);
    const higher = store({ keepLast: 1, keepBest: 1, better: 'higher' });
    await saveAll(higher, { 60: 0.1 });
    expect(await store().updates()).toEqual([50, 60]);
    expect((await higher.best())!.state.update).toBe(50);
  });

  test('a checkpoint without the metric is kept only while it is recent', async () => {
    const target = store({ keepLast: 1, keepBest: 1 });
    await target.save(contents(10));
    await target.save(contents(20, { loss: 3 }));
    await target.save(contents(30));
    expect(await store().updates()).toEqual([20, 30]);
  });
});

describe('damage', () => {
  const damages: [string, (path: string) => void, RegExp][] = [
    ['a flipped bit', (path) => flip(join(path, 'teacher.safetensors')), /teacher\.safetensors is damaged/],
    ['a cut file', (path) => truncateSync(join(path, 'student.safetensors'), 20), /student\.safetensors is damaged/],
    ['a missing file', (path) => rmSync(join(path, 'student.safetensors')), /student\.safetensors: ENOENT/],
    ['a changed state', (path) => writeFileSync(join(path, 'state.json'), '{}'), /state\.json is damaged/],
    ['missing sums', (path) => rmSync(join(path, 'SHA256SUMS')), /SHA256SUMS: ENOENT/],
    ['cut sums', (path) => truncateSync(join(path, 'SHA256SUMS'), 100), /SHA256SUMS/],
    ['empty sums', (path) => truncateSync(join(path, 'SHA256SUMS'), 0), /does not list state\.json/],
  ];

  test.each(damages)('%s: the one before is taken, saying so', async (_, damage, problem) => {
    await saveAll(store(), { 10: 1, 20: 1 });
    damage(join(folder, '00000020'));
    const warnings: string[] = [];
    const checkpoint = await store({ warn: (message) => warnings.push(message) }).latest();
    expect(checkpoint!.state.update).toBe(10);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^checkpoint of update 20 cannot be used/);
    expect(warnings[0]).toMatch(problem);
  });

  test('when none is intact the run does not start over silently', async () => {
    await saveAll(store(), { 10: 1, 20: 1 });
    flip(join(folder, '00000010', 'student.safetensors'));
    flip(join(folder, '00000020', 'student.safetensors'));
    await expect(store().latest()).rejects.toThrow(CheckpointError);
    await expect(store().latest()).rejects.toThrow(/no checkpoint is intact:\n.*00000020.*\n.*00000010/);
  });

  test('a damaged checkpoint is replaced when training comes to its update again', async () => {
    const target = store();
    await saveAll(target, { 10: 1, 20: 1 });
    flip(join(folder, '00000020', 'student.safetensors'));
    expect((await target.latest())!.state.update).toBe(10);
    await target.save(contents(20));
    expect((await target.latest())!.state.update).toBe(20);
    expect(readdirSync(folder).sort()).toEqual(['00000010', '00000020']);
  });

  test('a damaged checkpoint takes no place among those that are kept', async () => {
    const target = store();
    await saveAll(target, { 10: 1, 20: 1 });
    flip(join(folder, '00000020', 'student.safetensors'));
    await target.latest();
    await target.save(contents(15));
    expect(await target.updates()).toEqual([10, 15]);
  });

  test('a state of another format is refused', async () => {
    const path = await store().save(contents(10));
    const state = readFileSync(join(path, 'state.json'), 'utf8').replace('"format": 1', '"format": 2');
    writeFileSync(join(path, 'state.json'), state);
    execFileSync('sh', ['-c', 'sha256sum *.safetensors state.json > SHA256SUMS'], { cwd: path });
    await expect(store().at(10)).rejects.toThrow('checkpoint format 2, this d2v reads format 1');
  });

  test('an update without a checkpoint is refused with those that have one', async () => {
    await saveAll(store(), { 10: 1, 20: 1 });
    await expect(store().at(15)).rejects.toThrow(/no checkpoint of update 15[^]*10, 20/);
    expect((await store().at(10)).state.update).toBe(10);
  });
});

function flip(file: string): void {
  const bytes = readFileSync(file);
  const last = bytes.length - 1;
  bytes[last] = bytes[last]! ^ 1;
  writeFileSync(file, bytes);
}
