import { ConfigError, type ParameterSpecs } from '@d2v/core';
import { Freezing } from '../../src/step/freeze.js';

const spec = { shape: [2, 2], init: { kind: 'zeros' } } as const;
const specs: ParameterSpecs = {
  'encoder.local.extractor.0.weight': spec,
  'encoder.local.project.weight': spec,
  'blocks.1.norm.weight': spec,
  'blocks.10.norm.weight': spec,
  'encoder.positions': { ...spec, trainable: false },
  'head.weight': spec,
};
const LEARNING = Object.keys(specs).filter((name) => name !== 'encoder.positions');

test('everything that is trainable learns, unless it is frozen', () => {
  expect(new Freezing(specs).trained(1)).toEqual(LEARNING);
});

test('the head learns alone in the first updates', () => {
  const freezing = new Freezing(specs, { updates: 3 });
  expect([1, 3].map((update) => freezing.trained(update))).toEqual([['head.weight'], ['head.weight']]);
  expect(freezing.trained(4)).toEqual(LEARNING);
});

test('what a prefix names never learns, and a prefix ends at a dot', () => {
  const freezing = new Freezing(specs, { updates: 1, parameters: ['encoder.local.extractor', 'blocks.1'] });
  expect(freezing.trained(1)).toEqual(['head.weight']);
  expect(freezing.trained(2)).toEqual(['encoder.local.project.weight', 'blocks.10.norm.weight', 'head.weight']);
});

test('what waits for the head is late in its group', () => {
  const groups = Object.fromEntries(LEARNING.map((name) => [name, { scale: 1, decay: true }]));
  expect(new Freezing(specs).mark(groups)).toEqual(groups);
  const marked = new Freezing(specs, { updates: 2 }).mark(groups);
  expect(LEARNING.filter((name) => !marked[name]!.late)).toEqual(['head.weight']);
});

test.each([
  [
    { parameters: ['encoder.local.extracter'] },
    /no parameter is 'encoder\.local\.extracter'.*\n.*did you mean 'encoder\.local\.extractor'/,
  ],
  [{ parameters: ['head', 'encoder', 'blocks'] }, /nothing to be trained/],
  [{ updates: 5, parameters: ['head'] }, /nothing to be trained\n.*leave the head out/],
])('%j is refused', (config, message) => {
  expect(() => new Freezing(specs, config)).toThrow(ConfigError);
  expect(() => new Freezing(specs, config)).toThrow(message);
});
