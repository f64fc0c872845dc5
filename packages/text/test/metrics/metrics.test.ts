import { readFileSync } from 'node:fs';
import { ClassificationCounts, pearson, spearman } from '../../src/index.js';

/** What scikit-learn and SciPy make of random predictions; see make-fixture.py. */
const fixture = JSON.parse(readFileSync(new URL('fixture.json', import.meta.url), 'utf8')) as {
  classification: {
    classes: number;
    labels: number[];
    predicted: number[];
    accuracy: number;
    f1: number;
    matthews: number;
  }[];
  regression: { x: number[]; y: number[]; pearson: number; spearman: number }[];
};

test.each(fixture.classification)(
  "accuracy, F1 and Matthews correlation are scikit-learn's: $classes classes, matthews $matthews",
  ({ classes, labels, predicted, ...expected }) => {
    const counts = new ClassificationCounts(classes);
    labels.forEach((label, i) => counts.add(label, predicted[i]!));
    expect(counts.accuracy()).toBeCloseTo(expected.accuracy, 12);
    expect(counts.f1()).toBeCloseTo(expected.f1, 12);
    expect(counts.matthews()).toBeCloseTo(expected.matthews, 12);
  },
);

test.each(fixture.regression)("correlations are SciPy's, ties too: $pearson, $spearman", ({ x, y, ...expected }) => {
  expect(pearson(x, y)).toBeCloseTo(expected.pearson, 12);
  expect(spearman(x, y)).toBeCloseTo(expected.spearman, 12);
});
