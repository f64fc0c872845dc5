import { readFileSync } from 'node:fs';
import { averagePrecision, MeanAveragePrecision } from '../../src/index.js';

/** What scikit-learn makes of random scores; see make-average-precision-fixture.py. */
const cases = JSON.parse(readFileSync(new URL('average-precision-fixture.json', import.meta.url), 'utf8')) as {
  labels: number[][];
  scores: number[][];
  precisions: number[];
  map: number;
}[];

const places = (row: readonly number[]): number[] => row.flatMap((label, i) => (label ? [i] : []));

test.each(cases)("average precisions are scikit-learn's, ties too: mean $map", ({ labels, scores, ...expected }) => {
  expected.precisions.forEach((precision, c) => {
    const column = (rows: readonly number[][]): number[] => rows.map((row) => row[c]!);
    const own = averagePrecision(Float32Array.from(column(scores)), places(column(labels)));
    expect(own).toBeCloseTo(precision, 12);
  });
  const metric = new MeanAveragePrecision();
  for (let start = 0; start < scores.length; start += 7) {
    const part = scores.slice(start, start + 7);
    const own = labels.slice(start, start + 7).map((row) => Int32Array.from(places(row)));
    metric.add(Float32Array.from(part.flat()), [part.length, part[0]!.length], own);
  }
  expect(metric.result().map).toBeCloseTo(100 * expected.map, 10);
});

test('a class that no sample has does not count; without any the mean is no number', () => {
  const metric = new MeanAveragePrecision();
  metric.add(Float32Array.of(3, 9, 1, 9, 2, 9), [3, 2], [Int32Array.of(0), Int32Array.of(), 0]);
  expect(metric.result()).toEqual({ map: 100 });
  const none = new MeanAveragePrecision();
  none.add(Float32Array.of(3, 9), [1, 2], [Int32Array.of()]);
  expect(none.result()).toEqual({ map: Number.NaN });
});
