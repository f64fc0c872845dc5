import fc from 'fast-check';
import { encoderSchema, frameCount, frameStride, receptiveField, samplesOf, type ConvLayer } from '../../src/index.js';

const PUBLISHED = encoderSchema.parse({}).extractor.layers;

// data2vec1.md §4.2.
test.each([
  [399, 0],
  [400, 1],
  [16_000, 49],
  [32_000, 99],
  [160_000, 499],
  [320_000, 999],
])('%d samples are %d frames', (samples, frames) => {
  expect(frameCount(samples, PUBLISHED)).toBe(frames);
});

test('a frame sees 400 samples, the next begins 320 later', () => {
  expect([receptiveField(PUBLISHED), frameStride(PUBLISHED)]).toEqual([400, 320]);
});

test('for any layers, frames begin with the receptive field and go on by the stride', () => {
  const layer = fc.tuple(fc.constant(4), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }));
  const setting = fc.record({
    layers: fc.array(layer, { minLength: 1, maxLength: 5 }) as fc.Arbitrary<ConvLayer[]>,
    frames: fc.integer({ min: 1, max: 50 }),
  });
  fc.assert(
    fc.property(setting, ({ layers, frames }) => {
      const samples = samplesOf(frames, layers);
      expect(samples).toBe(receptiveField(layers) + (frames - 1) * frameStride(layers));
      expect(frameCount(samples, layers)).toBe(frames);
      expect(frameCount(samples - 1, layers)).toBe(frames - 1);
    }),
  );
});
