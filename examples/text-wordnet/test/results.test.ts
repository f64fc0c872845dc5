import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nearest } from '../neighbours.js';
import { Results, spread } from '../results.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'd2v-results-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a part is computed once, also by two processes side by side, and the table is there after every part', async () => {
  let computed = 0;
  const compute = async (value: number) => {
    computed++;
    return Promise.resolve({ '1 %': value });
  };
  const first = new Results(folder, ['1 %', '10 %']);
  await first.part('pre-trained', 1, ['1 %'], () => compute(40));
  expect(await readFile(join(folder, 'results.md'), 'utf8')).toContain('| pre-trained | 40.0 | – |');
  await new Results(folder, ['1 %', '10 %']).part('pre-trained', 1, ['1 %'], () => compute(99));
  expect(computed).toBe(1);
  const again = new Results(folder, ['1 %', '10 %']);
  await again.part('pre-trained', 2, ['1 %'], () => compute(44));
  await first.part('pre-trained', 2, ['10 %'], () => Promise.resolve({ '10 %': 50 }));
  expect(await readFile(join(folder, 'results.md'), 'utf8')).toContain('| pre-trained | 42.0 ± 2.8 | 50.0 |');
  expect(JSON.parse(await readFile(join(folder, 'results.json'), 'utf8'))).toEqual({
    'pre-trained': { 1: { '1 %': 40 }, 2: { '1 %': 44, '10 %': 50 } },
  });
});

test('spread: mean and standard deviation of what is known', () => {
  expect(spread([1, undefined, 3])).toBe('2.0 ± 1.4');
  expect(spread([undefined])).toBe('–');
});

test('the nearest are those of the same direction from the mean, whatever their length', () => {
  const pool = { features: Float32Array.of(11, 10, 10, 11, 9, 10, 10, 9), dim: 2 };
  const queries = { features: Float32Array.of(50, 11, 10, 9.9), dim: 2 };
  const found = nearest(queries, pool, 2);
  expect(found.map((row) => row.map(({ index }) => index))).toEqual([[0, 1], [3, 0]]); // prettier-ignore
  expect(found[1]![0]!.cosine).toBeCloseTo(1, 5);
});
