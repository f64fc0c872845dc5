import { RandomStream, Scope, type HostBatch } from '@d2v/core';
import { expectAllclose } from '@d2v/core/testing';
import { tensor, tidy, type NamedTensorMap } from '@tensorflow/tfjs-core';
import { encoderSchema, featureMaskSchema, maskFeatures, SpeechEncoder } from '../../src/index.js';
import { useBackend } from '../backend.js';
import { utterance } from '../waveforms.js';

beforeAll(useBackend);

const extractor = { layers: [[4, 10, 5], [4, 8, 4]] }; // prettier-ignore
const encoder = (more: object = {}): SpeechEncoder =>
  new SpeechEncoder(encoderSchema.parse({ extractor, ...more }), { dim: 16, heads: 4 });
const batch = (): HostBatch => encoder().collate([utterance(4000), utterance(2000)]);
const options = (more: object): ReturnType<typeof featureMaskSchema.parse> => featureMaskSchema.parse(more);
const stream = (key = 0): RandomStream => new RandomStream(['features', key]);

test('frames and channels are hidden in spans, from the stream alone, padding never', () => {
  const wanted = options({ time: { prob: 0.5 }, channel: { prob: 0.5, length: 4 } });
  const { inputs } = maskFeatures(batch(), 16, wanted, stream());
  expect(inputs.timeMask!.shape).toEqual([2, 198, 1]);
  expect(inputs.channelMask!.shape).toEqual([2, 1, 16]);
  for (const { data } of [inputs.timeMask!, inputs.channelMask!]) {
    const hidden = [...data].filter((value) => value === 1).length;
    expect(hidden).toBeGreaterThan(0);
    expect(hidden).toBeLessThan(data.length);
  }
  expect(inputs.timeMask!.data.subarray(198 + 98).every((value) => value === 0)).toBe(true);
  expect(maskFeatures(batch(), 16, wanted, stream()).inputs).toEqual(inputs);
  expect(maskFeatures(batch(), 16, wanted, stream(1)).inputs.timeMask).not.toEqual(inputs.timeMask);
});

test('a kind whose probability is 0 adds no input', () => {
  expect(maskFeatures(batch(), 16, options({}), stream())).toEqual(batch());
});

test('the encoder hides frames first, zeros or the mask token, and channels then', () => {
  const width = 16;
  for (const timeMaskFill of ['zero', 'token'] as const) {
    const own = encoder({ timeMaskFill });
    tidy(() => {
      const specs = Object.entries(own.parameters);
      const weights = Object.fromEntries(
        specs.map(([name, { shape }]) => {
          const size = shape.reduce((a, b) => a * b, 1);
          return [
            `encoder.${name}`,
            tensor(
              Float32Array.from({ length: size }, (_, i) => Math.sin(i + 1)),
              [...shape],
            ),
          ];
        }),
      );
      const p = new Scope(weights, 'encoder');
      const host = own.collate([utterance(500)]);
      const waveforms = tensor(host.inputs.waveforms!.data, [1, 500]);
      const run = (more: NamedTensorMap = {}): Float32Array =>
        own.localFeatures(p, { waveforms, ...more }, {}).dataSync<'float32'>();
      const plain = run();
      const timeMask = tensor(
        Float32Array.from({ length: host.tokens }, (_, t) => (t === 3 ? 1 : 0)),
        [1, host.tokens, 1],
      );
      const channelMask = tensor(
        Float32Array.from({ length: width }, (_, c) => (c < 2 ? 1 : 0)),
        [1, 1, width],
      );
      const token = timeMaskFill === 'token' ? weights['encoder.mask_token']!.dataSync() : new Float32Array(width);
      const expected = plain.map((value, i) => {
        const [t, c] = [Math.floor(i / width), i % width];
        if (c < 2) return 0;
        return t === 3 ? token[c]! : value;
      });
      expectAllclose(run({ timeMask, channelMask }), expected, { rtol: 1e-6, atol: 1e-7 });
    });
  }
});
