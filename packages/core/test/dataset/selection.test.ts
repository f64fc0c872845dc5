import fc from 'fast-check';
import { z } from 'zod';
import { ConfigError, selectionFields, selectSamples, type Dataset } from '../../src/index.js';

const schema = z.strictObject(selectionFields);

/** 10 items of class 0, 5 of class 1, 1 of class 2. */
const labels = [...new Array<number>(10).fill(0), ...new Array<number>(5).fill(1), 2];
const dataset: Dataset<number> = {
  size: labels.length,
  classes: ['a', 'b', 'c'],
  name: (index) => `item ${index}`,
  label: (index) => labels[index]!,
  annotation: (index) => `text ${index}`,
  read: (index) => Promise.resolve(index),
};
const unlabelled: Dataset<number> = { size: 20, name: dataset.name, read: dataset.read };

const items = (data: Dataset<number>): Promise<number[]> =>
  Promise.all(Array.from({ length: data.size }, (_, index) => data.read(index)));
const pick = (options: object, data = dataset): Promise<number[]> => items(selectSamples(data, schema.parse(options)));

describe('selecting samples', () => {
  test('nothing asked is everything', () => {
    expect(selectSamples(dataset, {})).toBe(dataset);
  });

  test('a range, then a limit', async () => {
    expect(await pick({ range: [3, 9] })).toEqual([3, 4, 5, 6, 7, 8]);
    expect(await pick({ range: [3, 9], limit: 2 })).toEqual([3, 4]);
    expect(await pick({ limit: 100 })).toHaveLength(16);
  });

  test('names, labels, texts and classes stay those of the samples', () => {
    const data = selectSamples(dataset, { range: [9, 12] });
    expect([data.size, data.name(1), data.annotation!(1), data.label!(0), data.label!(1), data.classes]).toEqual([
      3,
      'item 10',
      'text 10',
      0,
      1,
      ['a', 'b', 'c'],
    ]);
  });

  test('so many of each class, or all of a smaller class', async () => {
    const counts = (chosen: number[]): number[] =>
      [0, 1, 2].map((label) => chosen.filter((i) => labels[i] === label).length);
    expect(counts(await pick({ subset: { perClass: 2 } }))).toEqual([2, 2, 1]);
    expect(counts(await pick({ subset: { fraction: 0.2 } }))).toEqual([2, 1, 1]);
    expect(counts(await pick({ subset: { fraction: 0.01 } }))).toEqual([1, 1, 1]);
    expect(await pick({ subset: { fraction: 0.25 } }, unlabelled)).toHaveLength(5);
  });

  test('a subset is in order, the same for the same seed, and another for another', async () => {
    const chosen = await pick({ subset: { perClass: 3, seed: 1 } });
    expect(chosen).toEqual([...chosen].sort((a, b) => a - b));
    expect(await pick({ subset: { perClass: 3, seed: 1 } })).toEqual(chosen);
    expect(await pick({ subset: { perClass: 3, seed: 2 } })).not.toEqual(chosen);
  });

  test('a subset and its complement share no sample and miss none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.01, max: 0.9, noNaN: true }), fc.integer(), async (fraction, seed) => {
        const subset = await pick({ subset: { fraction, seed } }, unlabelled);
        const rest = await pick({ subset: { fraction, seed, complement: true } }, unlabelled);
        expect([...subset, ...rest].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    [{ range: [5, 5] }, /range: \[5, 5\) of 16 samples/],
    [{ range: [0, 17] }, /range/],
    [{ subset: { perClass: 10, complement: true } }, /no sample is left/],
  ])('refuses %j', (options, message) => {
    const run = (): unknown => selectSamples(dataset, schema.parse(options));
    expect(run).toThrow(ConfigError);
    expect(run).toThrow(message);
  });

  test('refuses so many per class of unlabelled samples, and both or neither kind of subset', () => {
    expect(() => selectSamples(unlabelled, schema.parse({ subset: { perClass: 1 } }))).toThrow(/no labels/);
    expect(schema.safeParse({ subset: { perClass: 1, fraction: 0.1 } }).success).toBe(false);
    expect(schema.safeParse({ subset: {} }).success).toBe(false);
  });
});
