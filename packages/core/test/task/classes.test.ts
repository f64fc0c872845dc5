import {
  Accuracy,
  classLabels,
  ConfigError,
  requireClasses,
  SampleError,
  ShapeError,
  softLabels,
} from '../../src/index.js';
import { expectAllclose } from '../../src/testing/index.js';

const classes = ['cat', 'dog', 'hen'];
const batch = (labels?: unknown[]) => ({ inputs: {}, tokens: 1, size: 2, ...(labels && { labels }) });

test('soft labels keep 1 − smoothing on the class and spread the rest over all', () => {
  expectAllclose(softLabels([1, 0], 3, 0), [0, 1, 0, 1, 0, 0]);
  expectAllclose(softLabels([2], 3, 0.3), [0.1, 0.1, 0.8]);
  expect(() => softLabels([Number.NaN], 3, 0)).toThrow(SampleError);
  expect(() => softLabels([], 0, 0)).toThrow(ShapeError);
});

test('labels are class numbers; one that is none, or missing, is refused with its place', () => {
  expect(classLabels(batch([2, 0]), classes)).toEqual([2, 0]);
  for (const labels of [
    [1, 3],
    [1, -1],
    [1, 1.5],
    [1, 'dog'],
    [1, undefined],
  ]) {
    expect(() => classLabels(batch(labels), classes)).toThrow(SampleError);
    expect(() => classLabels(batch(labels), classes)).toThrow('sample 1 of this batch');
  }
  expect(() => classLabels(batch(), classes)).toThrow('has samples without labels');
});

test('one class is none to tell apart', () => {
  expect(() => requireClasses(classes, '')).not.toThrow();
  expect(() => requireClasses(['cat'], 'read more folders')).toThrow(ConfigError);
  expect(() => requireClasses(['cat'], 'read more folders')).toThrow('read more folders');
});

test('accuracy counts batch by batch', () => {
  const accuracy = new Accuracy();
  accuracy.add(Float32Array.of(3, 1, 2, 3, 1, 2), [2, 3], [0, 1]);
  accuracy.add(Float32Array.of(0, 1, 0), [1, 3], [1]);
  const { accuracy: first, accuracy_top5: five, accuracy_per_class: perClass } = accuracy.result();
  expect([first, five, perClass]).toEqual([expect.closeTo(200 / 3), 100, 75]);
});
