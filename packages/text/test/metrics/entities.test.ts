import { areEntityTags, entitiesOf, EntityCounts } from '../../src/index.js';

const found = (tags: string): string =>
  entitiesOf(tags.split(' ')).map(({ kind, from, to }) => `${kind}:${from}-${to}`).join(' '); // prettier-ignore

// The rules of CoNLL's conlleval.
test.each([
  ['O O O', ''],
  ['B-LOC I-LOC O B-PER', 'LOC:0-1 PER:3-3'],
  ['B-LOC B-LOC I-LOC', 'LOC:0-0 LOC:1-2'],
  ['I-LOC I-LOC O I-LOC', 'LOC:0-1 LOC:3-3'],
  ['B-LOC I-PER I-PER', 'LOC:0-0 PER:1-2'],
  ['I-LOC I-PER B-PER', 'LOC:0-0 PER:1-1 PER:2-2'],
  ['B-X I-X E-X I-X S-X S-X', 'X:0-2 X:3-3 X:4-4 X:5-5'],
  ['E-X E-X', 'X:0-0 X:1-1'],
  ['B-X L-X U-X', 'X:0-1 X:2-2'],
  ['B-first-name I-first-name odd', 'first-name:0-1'],
])('the entities of %s', (tags, expected) => {
  expect(found(tags)).toBe(expected);
});

test('an entity is right where kind and extent are', () => {
  const counts = new EntityCounts();
  const real = 'B-LOC I-LOC O B-PER O B-LOC'.split(' ');
  counts.add(real, 'B-LOC I-LOC O B-LOC O O'.split(' '));
  counts.add(['B-LOC', 'I-LOC'], ['B-LOC', 'O']);
  expect(counts.precision).toBeCloseTo(1 / 3, 12);
  expect(counts.recall).toBeCloseTo(1 / 4, 12);
  expect(counts.f1).toBeCloseTo(2 / 7, 12);
});

test('nothing to find and nothing found is 0', () => {
  const counts = new EntityCounts();
  counts.add(['O'], ['O']);
  expect([counts.precision, counts.recall, counts.f1]).toEqual([0, 0, 0]);
});

test('parts of speech are no entities', () => {
  expect(areEntityTags(['NOUN', 'VERB'])).toBe(false);
  expect(areEntityTags(['O', 'B-LOC'])).toBe(true);
});
