import {
  Accuracy,
  classLabels,
  ConfigError,
  multiHot,
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
  const lists = batch([1, Int32Array.of(0, 2)]);
  expect(() => classLabels(lists, classes)).toThrow(
    'sample 1 of this batch: has a list of 2 labels, but one is needed',
  );
});

test('lists of labels, empty ones too, become rows of zeros and ones', () => {
  expect(multiHot(batch([Int32Array.of(2, 0), Int32Array.of()]), 3)).toEqual({
    data: Float32Array.of(1, 0, 1, 0, 0, 0),
    shape: [2, 3],
  });
  expect(multiHot(batch([1, 2]), 3).data).toEqual(Float32Array.of(0, 1, 0, 0, 0, 1));
  for (const wrong of [Int32Array.of(0, 3), Int32Array.of(-1), 1.5]) {
    expect(() => multiHot(batch([0, wrong]), 3)).toThrow(SampleError);
    expect(() => multiHot(batch([0, wrong]), 3)).toThrow(/sample 1 of this batch: has label (3|-1|1.5), but/);
  }
  for (const none of [undefined, 'dog']) {
    expect(() => multiHot(batch([0, none]), 3)).toThrow('sample 1 of this batch: has no list of labels');
  }
  expect(() => multiHot(batch(), 3)).toThrow('sample 0 of this batch: has no list of labels');
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
