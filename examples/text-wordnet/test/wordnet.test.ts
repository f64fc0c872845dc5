import { CLASSES, parseGloss, split, type Gloss } from '../wordnet.js';

test('a line of a data file becomes a gloss with its class', () => {
  const line =
    '00031921 18 n 02 dog 0 hound 0 001 @ 00001740 n 0000 | a domestic animal; often kept; "the dog barked"  ';
  expect(parseGloss(line)).toEqual({
    text: 'a domestic animal; often kept',
    whole: 'a domestic animal; often kept; "the dog barked"',
    label: 'noun.person',
  });
  expect(CLASSES).toHaveLength(45);
});

test('a gloss that is an example alone stays whole', () => {
  expect(parseGloss('1 44 a 01 x 0 000 | "said of a person"').text).toBe('"said of a person"');
});

test('anything else is refused', () => {
  expect(() => parseGloss('1 45 a 01 x 0 000 | text')).toThrow('is no line of a WordNet data file');
  expect(() => parseGloss('1 04 a')).toThrow('is no line');
});

test('the split is fixed, whole, and holds out a tenth', () => {
  const glosses = Array.from({ length: 200 }, (_, i): Gloss => ({ text: `${i}`, whole: `${i}`, label: CLASSES[0]! }));
  const { train, test: heldOut } = split(glosses);
  expect([train.length, heldOut.length]).toEqual([180, 20]);
  const numbers = [...train, ...heldOut].map(({ text }) => Number(text)).sort((a, b) => a - b);
  expect(numbers).toEqual(glosses.map((_, i) => i));
  expect(split(glosses)).toEqual({ train, test: heldOut });
  expect(heldOut.map(({ text }) => Number(text))).toEqual(
    heldOut.map(({ text }) => Number(text)).sort((a, b) => a - b),
  );
});
