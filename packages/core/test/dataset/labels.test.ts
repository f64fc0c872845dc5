import { classNumbers, ConfigError, numberLabels, SampleError, type RawLabel } from '../../src/index.js';

const number = (raw: readonly (RawLabel | undefined)[], classes?: readonly string[]) => {
  const { labels, classes: names } = numberLabels(raw, classes, (row) => `list:${row + 1}`);
  return { labels: [...labels], classes: names };
};

describe('numbering labels', () => {
  test.each<[string, RawLabel[], string[] | undefined, number[], string[]]>([
    ['names get numbers in alphabetical order', ['b', 'a', 'b'], undefined, [1, 0, 1], ['a', 'b']],
    ['names get the places that `classes` gives them', ['b', 'a'], ['b', 'a', 'c'], [0, 1], ['b', 'a', 'c']],
    ['numbers stay', [2, 0], undefined, [2, 0], ['0', '1', '2']],
    ['numbers get the names of `classes`', [1, 0], ['no', 'yes'], [1, 0], ['no', 'yes']],
    ['labels in digits are numbers', ['10', '2'], undefined, [10, 2], Array.from({ length: 11 }, (_, i) => `${i}`)],
    ['labels in digits are names where `classes` names them', ['3', '1'], ['1', '2', '3'], [2, 0], ['1', '2', '3']],
    ['digits beside letters are a name', ['1', 'a'], undefined, [0, 1], ['1', 'a']],
  ])('%s', (_, raw, classes, labels, names) => {
    expect(number(raw, classes)).toEqual({ labels, classes: names });
  });

  test.each<[(RawLabel | undefined)[], string[] | undefined, string]>([
    [['a', undefined], undefined, 'list:2: the label is missing, but other samples have one'],
    [['a', ''], undefined, 'list:2: the label is missing'],
    [['a', 1], undefined, 'list:2: label 1 is not a name as the first is'],
    [[1, 'a'], undefined, 'list:2: label "a" is not a number as the first is'],
    [[-1], undefined, 'list:1: label -1 is not a class number'],
    [[0, 1.5], undefined, 'list:2: label 1.5 is not a class number'],
    [[1e300], undefined, 'list:1: label 1e+300 is not a class number'],
    [['99999999999'], undefined, 'list:1: label 99999999999 is not a class number'],
    [[0, 2], ['a', 'b'], 'list:2: label 2 is not a class in [0, 2)'],
    [['a', 'c'], ['a', 'b'], "list:2: label 'c' is not one of the 2 classes"],
  ])('%j with classes %j names the row', (raw, classes, problem) => {
    expect(() => number(raw, classes)).toThrow(SampleError);
    expect(() => number(raw, classes)).toThrow(problem);
  });

  test('no class, and a class that is there twice, are refused', () => {
    expect(() => number(['a'], [])).toThrow(ConfigError);
    expect(() => number(['a'], ['a', 'b', 'a'])).toThrow("classes: 'a' is there twice");
  });

  test('label by label, a wrong one takes no class and stops no other', () => {
    const numbers = classNumbers([3, -1, undefined, 2 ** 30], undefined);
    expect([numbers.classes, numbers.of(3, 'x')]).toEqual([['0', '1', '2', '3'], 3]);
    expect(() => numbers.of(-1, 'x:2')).toThrow('x:2: label -1');
  });
});
