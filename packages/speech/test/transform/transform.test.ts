import { RandomStream, SampleError, type Mode } from '@d2v/core';
import { bytesSource, openAudio, waveformItem } from '../../src/audio/index.js';
import { createTransform, transformSchema } from '../../src/transform/index.js';
import { tone, wav } from '../../../../tools/jest/wav.js';

const ramp = Float32Array.from({ length: 4800 }, (_, i) => i / 4800);
const item = (about: object = {}, waveform = ramp) => waveformItem(waveform, { name: 'ramp.wav', ...about });

const apply = (options: object, mode: Mode, from = item(), seed = 0) =>
  createTransform(transformSchema.parse(options), 400, mode)(from, new RandomStream([seed]));

const bytesOf = (values: Float32Array): Uint8Array => new Uint8Array(values.buffer);

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('an utterance gets mean 0 and variance 1, with 1e-5 added to the variance', async () => {
  const quiet = tone(440, 8000, { amplitude: 0.01 }).map((value) => value + 0.2);
  const { waveform } = await apply({}, 'finetune', item({}, quiet));
  const variance = 0.01 ** 2 / 2;
  expect(mean(waveform)).toBeCloseTo(0, 5);
  expect(mean(waveform.map((value) => value ** 2))).toBeCloseTo(variance / (variance + 1e-5), 4);
  const plain = await apply({ normalise: false }, 'finetune', item({}, quiet));
  expect(plain.waveform).toEqual(quiet);
});

test('name, transcript and label stay with the sound', async () => {
  const { waveform, ...about } = await apply({}, 'finetune', item({ transcript: 'up', label: 2 }));
  expect(about).toEqual({ name: 'ramp.wav', transcript: 'up', label: 2 });
  expect(waveform).toHaveLength(4800);
});

describe('a recording longer than maxSeconds', () => {
  const options = { maxSeconds: 0.1, normalise: false };

  test('loses all but a random piece in training, by its stream alone', async () => {
    const starts = await Promise.all(
      Array.from({ length: 200 }, async (_, seed) => {
        const { waveform } = await apply(options, 'pretrain', item(), seed);
        expect(waveform).toHaveLength(1600);
        const start = Math.round(waveform[0]! * 4800);
        expect(Buffer.compare(bytesOf(waveform), bytesOf(ramp.slice(start, start + 1600)))).toBe(0);
        return start;
      }),
    );
    expect(Math.min(...starts)).toBeLessThan(160);
    expect(Math.max(...starts)).toBeGreaterThan(3200 - 160);
    expect(mean(Float32Array.from(starts))).toBeGreaterThan(1200);
    expect(mean(Float32Array.from(starts))).toBeLessThan(2000);
    expect((await apply(options, 'pretrain', item(), 7)).waveform[0]).toBeCloseTo(starts[7]! / 4800, 6);
  });

  test('is evaluated whole, or in its middle', async () => {
    expect((await apply(options, 'evaluate')).waveform).toEqual(ramp);
    const { waveform } = await apply({ ...options, evaluation: 'middle' }, 'evaluate');
    expect(waveform).toEqual(ramp.slice(1600, 3200));
  });

  test('is normalised as a whole first, as in fairseq', async () => {
    const whole = await apply({}, 'pretrain');
    const { waveform } = await apply({ maxSeconds: 0.1 }, 'pretrain', item(), 3);
    const start = whole.waveform.findIndex((value) => value === waveform[0]);
    expect(waveform).toEqual(whole.waveform.slice(start, start + 1600));
  });

  test('is refused in fine-tuning where its transcript would no longer be its own', async () => {
    const spoken = item({ transcript: 'a b c' });
    await expect(apply(options, 'finetune', spoken)).rejects.toBeInstanceOf(SampleError);
    await expect(apply(options, 'finetune', spoken)).rejects.toThrow(
      'ramp.wav: 0.300 s are more than maxSeconds, 0.1 s',
    );
    expect((await apply(options, 'pretrain', spoken)).waveform).toHaveLength(1600);
    expect((await apply(options, 'finetune', item({ label: 1 }))).waveform).toHaveLength(1600);
  });
});

test('of a recording longer than a minute only the piece is decoded', async () => {
  const bytes = wav(new Float32Array(16_000 * 120).fill(0.25));
  let read = 0;
  const source = bytesSource(bytes);
  const counting = { size: source.size, read: (a: number, b: number) => ((read += b - a), source.read(a, b)) };
  const { waveform } = await apply({ maxSeconds: 2 }, 'pretrain', await openAudio(counting, { name: 'long.wav' }), 1);
  expect(waveform).toHaveLength(32_000);
  expect(read).toBeLessThan(2 * 2 ** 20);
});

test('a recording too short for one token, or for minSeconds, is refused', async () => {
  const short = item({}, new Float32Array(399));
  await expect(apply({}, 'pretrain', short)).rejects.toBeInstanceOf(SampleError);
  await expect(apply({}, 'pretrain', short)).rejects.toThrow(
    'ramp.wav: 399 samples (0.025 s at 16 kHz) are fewer than the 400 samples that one frame needs',
  );
  expect((await apply({}, 'pretrain', item({}, new Float32Array(400)))).waveform).toHaveLength(400);
  await expect(apply({ minSeconds: 4 }, 'pretrain')).rejects.toThrow('are fewer than the minSeconds, 4 s');
});

test('silence becomes zeros, or is refused', async () => {
  const silent = item({}, new Float32Array(800).fill(0.25));
  expect((await apply({}, 'pretrain', silent)).waveform).toEqual(new Float32Array(800));
  await expect(apply({ silence: 'refuse' }, 'pretrain', silent)).rejects.toThrow('ramp.wav: it is silent');
});

test('it says what it leaves of a length', () => {
  const left = (options: object, mode: Mode) =>
    createTransform(transformSchema.parse(options), 400, mode).lengthAfter!(4800);
  expect(left({}, 'pretrain')).toBe(4800);
  expect(left({ maxSeconds: 0.1 }, 'pretrain')).toBe(1600);
  expect(left({ maxSeconds: 0.1 }, 'evaluate')).toBe(4800);
  expect(left({ maxSeconds: 0.1, evaluation: 'middle' }, 'evaluate')).toBe(1600);
});
