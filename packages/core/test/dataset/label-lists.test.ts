import {
  ConfigError,
  findLabelColumn,
  labelList,
  numberLabelLists,
  SampleError,
  type RawLabel,
} from '../../src/index.js';

const where = (row: number): string => `list:${row + 1}`;
const number = (raw: readonly (readonly RawLabel[])[], classes?: readonly string[]) => {
  const { labels, classes: names } = numberLabelLists(raw, classes, where);
  return { labels: labels.map((list) => [...list]), classes: names };
};

test.each<[unknown, RawLabel[]]>([
  ['dog, cat', ['dog', 'cat']],
  ['dog', ['dog']],
  ['dog,,cat,', ['dog', 'cat']],
  ['', []],
  [[], []],
  [
    ['dog ', 'cat'],
    ['dog', 'cat'],
  ],
  [
    [3, 1n],
    [3, 1],
  ],
  [7, [7]],
])('%p is a list of labels', (cell, labels) => {
  expect(labelList(cell, ',', 'x:2')).toEqual(labels);
});

test('the separator may be another', () => {
  expect(labelList('Speech, male|Dog', '|', 'x:2')).toEqual(['Speech, male', 'Dog']);
});

test.each([
  [undefined, 'nothing'],
  [null, 'nothing'],
  [true, 'true'],
  [['a', null], '["a",null]'],
  [{ a: 1n }, '{"a":1}'],
])('%p is none, and the row is named', (cell, shown) => {
  expect(() => labelList(cell, ',', 'x:2')).toThrow(SampleError);
  expect(() => labelList(cell, ',', 'x:2')).toThrow(`x:2: ${shown} is no list of labels`);
});

test('classes are numbered over all lists; a label counts once', () => {
  expect(number([['b', 'a', 'b'], [], ['c']])).toEqual({ labels: [[1, 0], [], [2]], classes: ['a', 'b', 'c'] });
  expect(number([['b']], ['b', 'a'])).toEqual({ labels: [[0]], classes: ['b', 'a'] });
  expect(number([['2', '0'], []])).toEqual({ labels: [[2, 0], []], classes: ['0', '1', '2'] });
});

test('an unknown label names its row', () => {
  expect(() => number([['a'], ['b', 'x']], ['a', 'b'])).toThrow(SampleError);
  expect(() => number([['a'], ['b', 'x']], ['a', 'b'])).toThrow("list:2: label 'x' is not one of the 2 classes");
  expect(() => number([[0], ['x']])).toThrow('list:2: label "x" is not a number as the first is');
});

test('a table has one label a row or lists of them, by the column that is named', () => {
  const columns = ['path', 'label', 'tags'];
  expect(findLabelColumn({}, columns, 'x.csv')).toEqual({ name: 'label', lists: false });
  expect(findLabelColumn({ label: 'tags' }, columns, 'x.csv')).toEqual({ name: 'tags', lists: false });
  expect(findLabelColumn({ labels: 'tags' }, columns, 'x.csv')).toEqual({ name: 'tags', lists: true });
  expect(findLabelColumn({}, ['path'], 'x.csv')).toBeUndefined();
  const refused = [
    [{ label: 'label', labels: 'tags' }, 'cannot be read with one label a sample and with lists'],
    [{ labels: 'tag' }, "x.csv: no column 'tag'"],
  ] as const;
  for (const [options, problem] of refused) {
    expect(() => findLabelColumn(options, columns, 'x.csv')).toThrow(ConfigError);
    expect(() => findLabelColumn(options, columns, 'x.csv')).toThrow(problem);
  }
  expect(() => findLabelColumn({ classes: ['a'] }, ['path'], 'x.csv')).toThrow('has no column of labels');
});
