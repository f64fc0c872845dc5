import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, SampleError } from '@d2v/core';
import { csvSchema, signalDatasets } from '../src/dataset/kinds.js';
import { text as plugin } from '../src/plugin.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signals-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const path = join(folder, 'signals.csv');
  await writeFile(path, text);
  return path;
}

const open = async (text: string, options: object = {}) =>
  signalDatasets.csv.open(csvSchema.parse({ path: await file(text), ...options }));

describe('csv reader', () => {
  test('reads one recording a row, without a header', async () => {
    const data = await open('\uFEFF1,2.5,-3e1\r\n\r\n4,5,6\r\n');
    expect([data.size, data.classes]).toEqual([2, undefined]);
    expect(await data.read(0)).toEqual({ name: join(folder, 'signals.csv:1'), values: Float32Array.of(1, 2.5, -30) });
    expect(data.name(1)).toMatch(/signals\.csv:3$/);
  });

  test('reads classes in alphabetical order from the label column', async () => {
    const data = await open('t0;"kind";t1\n1;slow;2\n3;fast;4', { label: 'kind', delimiter: ';' });
    expect([data.classes, data.label!(0), data.label!(1)]).toEqual([['fast', 'slow'], 1, 0]);
    expect(await data.read(1)).toMatchObject({ values: Float32Array.of(3, 4), label: 0 });
  });

  test('leaves out empty cells at the end of a shorter row', async () => {
    const data = await open('1,2,3\n4,,');
    expect((await data.read(1)).values).toEqual(Float32Array.of(4));
  });

  test('names line and column of a cell that is not a number', async () => {
    const data = await open('1,2\n3,x\n4,5');
    await expect(data.read(1)).rejects.toThrow(/signals\.csv:2: column 2 is 'x', not a number/);
    await expect(data.read(1)).rejects.toBeInstanceOf(SampleError);
    expect((await data.read(2)).values).toEqual(Float32Array.of(4, 5));
  });

  test('refuses a file without recordings, a missing column and a missing file', async () => {
    await expect(open('a,b\n')).rejects.toBeInstanceOf(ConfigError);
    await expect(open('a,b\n1,2', { label: 'c' })).rejects.toThrow("has no column 'c'");
    await expect(open('', { path: join(folder, 'none.csv') })).rejects.toThrow(/none\.csv: ENOENT/);
  });

  test('joins the files that a command names', async () => {
    const path = await file('1,2\n3,4');
    const data = await plugin.openFiles([path, path]);
    expect([data.size, data.name(3)]).toEqual([4, `${path}:2`]);
    expect((await data.read(2)).values).toEqual(Float32Array.of(1, 2));
  });
});
