import { RandomStream } from '@d2v/core';
import fc from 'fast-check';
import { alignLabels, greedyDecode } from '../../src/index.js';
import { logSoftmax } from '../../src/ctc/log-space.js';

const CLASSES = 3;
const random = (frames: number, seed: number): Float32Array => {
  const stream = new RandomStream(['align', seed]);
  return Float32Array.from({ length: frames * CLASSES }, () => 3 * stream.normal());
};

/** All ways to say a class in each frame. */
function* paths(frames: number): Generator<number[]> {
  if (frames === 0) return yield [];
  for (const path of paths(frames - 1)) for (let v = 0; v < CLASSES; v++) yield [...path, v];
}

const spelled = (path: readonly number[]): string =>
  path.filter((label, t) => label !== 0 && label !== path[t - 1]).join('');

test('the alignment is the most probable of all paths that spell the labels', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.nat(1000),
      fc.array(fc.integer({ min: 1, max: 2 })),
      (frames, seed, any) => {
        const logits = random(frames, seed);
        const rows = Array.from({ length: frames }, (_, t) =>
          logSoftmax(logits.slice(t * CLASSES, (t + 1) * CLASSES))!,
        );
        const labels = any.slice(0, 3);
        const score = (path: readonly number[]): number => path.reduce((sum, v, t) => sum + rows[t]![v]!, 0);
        const ways = [...paths(frames)]
          .filter((path) => spelled(path) === labels.join(''))
          .sort((a, b) => score(b) - score(a));
        const align = () => alignLabels({ logits, frames, classes: CLASSES }, Int32Array.from(labels), 0);
        if (ways.length === 0) return expect(align).toThrow(/cannot be spelled/);
        const path = new Array<number>(frames).fill(0);
        for (const { label, start, end } of align()) path.fill(label, start, end);
        expect(score(path)).toBeCloseTo(score(ways[0]!), 6);
        expect(spelled(path)).toBe(labels.join(''));
      },
    ),
    { numRuns: 200 },
  );
});

test('the labels of the best path are where greedy decoding finds them, as sure', () => {
  const frames = { logits: random(40, 5), frames: 40, classes: CLASSES };
  const greedy = greedyDecode(frames, 0);
  const aligned = alignLabels(
    frames,
    Int32Array.from(greedy, ({ label }) => label),
    0,
  );
  expect(aligned.map(({ label, start, end }) => [label, start, end])).toEqual(
    greedy.map(({ label, start, end }) => [label, start, end]),
  );
  aligned.forEach(({ confidence }, i) => expect(confidence).toBeCloseTo(greedy[i]!.confidence, 5));
});

test('no labels are nowhere, and NaN is told', () => {
  expect(alignLabels({ logits: random(4, 1), frames: 4, classes: CLASSES }, new Int32Array(), 0)).toEqual([]);
  const broken = { logits: new Float32Array(6).fill(NaN), frames: 2, classes: CLASSES };
  expect(() => alignLabels(broken, Int32Array.of(1), 0)).toThrow(/frame 0 has no probabilities/);
});
