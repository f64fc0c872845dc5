import { ConfigError, RandomStream, SampleError, Scope, upload } from '@d2v/core';
import { expectAllclose } from '@d2v/core/testing';
import * as tf from '@tensorflow/tfjs-core';
import { encoderSchema } from '../../src/encoder/config.js';
import { PatchEncoder } from '../../src/encoder/patch-encoder.js';
import { useBackend } from './backend.js';
import { images } from './samples.js';

beforeAll(useBackend);

const encoder = (config: object = {}, dim = 8): PatchEncoder =>
  new PatchEncoder(encoderSchema.parse({ imageSize: [8, 12], patchSize: 4, ...config }), { dim, heads: 2 });

test('local features are a convolution with the patch as kernel and stride', () => {
  tf.tidy(() => {
    const patches = encoder();
    const weight = tf.randomNormal([4, 4, 3, 8], 0, 1, 'float32', 1) as tf.Tensor4D;
    const bias = tf.randomNormal([8], 0, 1, 'float32', 2);
    const inputs = upload(patches.collate(images(2, 8, 12)).inputs);
    const expected = tf.add(tf.conv2d(inputs.images as tf.Tensor4D, weight, 4, 'valid'), bias);
    const x = patches.localFeatures(new Scope({ 'local.weight': weight, 'local.bias': bias }), inputs);
    expect(x.shape).toEqual([2, 6, 8]);
    expectAllclose(x, tf.reshape(expected, [2, 6, 8]), { rtol: 1e-4, atol: 1e-4 });
  });
});

test('raw tokens are the pixels of each patch, row by row, channels last', () => {
  tf.tidy(() => {
    const patches = encoder();
    const [image] = images(1, 8, 12);
    const raw = patches.rawTokens(upload(patches.collate([image!]).inputs));
    expect(raw.shape).toEqual([1, 6, 48]);
    const fifth = raw.dataSync().subarray(5 * 48, 6 * 48); // row 1, column 2 of the 2×3 patches
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 4; x++) {
        for (let c = 0; c < 3; c++) {
          expect(fifth[(y * 4 + x) * 3 + c]).toBe(image!.pixels[((4 + y) * 12 + 8 + x) * 3 + c]);
        }
      }
    }
  });
});

test('collate keeps labels, and refuses an image of another size by name', () => {
  const patches = encoder();
  expect(patches.collate(images(4, 8, 12)).labels).toEqual([0, 1, 2, 0]);
  const unlabelled = images(2, 8, 12).map((image) => ({ ...image, label: undefined }));
  expect(patches.collate(unlabelled)).not.toHaveProperty('labels');
  expect(() => patches.collate(images(2, 12, 8))).toThrow(SampleError);
  expect(() => patches.collate(images(2, 12, 8))).toThrow('image 0: is 12×8×3, but the encoder takes 8×12×3');
});

test('image sides that patches do not fill are refused with sides that fit', () => {
  expect(() => encoder({ imageSize: 30 })).toThrow(ConfigError);
  expect(() => encoder({ imageSize: 30 })).toThrow(/30 pixels is not a multiple .* 4[^]*use 28 or 32/);
  expect(() => encoder({ imageSize: 2 })).toThrow('use 4 or 8');
});

test('masks that would hide everything or nothing, and widths without sin-cos positions, are refused', () => {
  expect(() => encoder({ mask: { strategy: 'random', ratio: 0.9 } })).toThrow(
    'encoder.mask.ratio 0.9 of 6 patches leaves 0 visible',
  );
  expect(() => encoder({ mask: { strategy: 'blockwise', patches: 6 } })).toThrow('the image has only 6 patches');
  expect(() => encoder({}, 6)).toThrow('sin-cos positions need a multiple of 4');
});

test.each<[string, number, number]>([
  ['inverseBlock', 0.8, 157],
  ['block', 0.6, 117],
  ['random', 0.75, 147],
])('%s masks at ratio %d hide %d of 14×14 patches in every draw', (strategy, ratio, hidden) => {
  const patches = encoder({ imageSize: 224, patchSize: 16, mask: { strategy, ratio } });
  for (let i = 0; i < 100; i++) {
    const mask = patches.drawMask(196, new RandomStream([strategy, i]));
    expect(mask.reduce((sum, value) => sum + value, 0)).toBe(hidden);
  }
});
