import fc from 'fast-check';
import { resample } from '../../src/audio/index.js';
import { Resampler } from '../../src/audio/resample.js';
import { amplitude, tone } from '../../../../tools/jest/wav.js';

const rates = [8000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000];

/** A second of a tone at 16 kHz, without the ends, where the sound sets in. */
const second = (hertz: number, rate: number): Float32Array =>
  resample(tone(hertz, rate, { rate, amplitude: 1 }), rate).subarray(1600, 14_400);

describe.each(rates)('from %d Hz', (rate) => {
  const highest = 0.875 * (Math.min(rate, 16_000) / 2);

  test.each([0.01, 0.3, 0.7, 1].map((part) => part * highest))('a tone of %d Hz passes', (hertz) => {
    const got = second(hertz, rate);
    const wanted = tone(hertz, 16_000, { amplitude: 1 }).subarray(1600, 14_400);
    const furthest = got.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0);
    expect(furthest).toBeLessThan(1e-3);
  });

  test('the length is that of the recording', () => {
    expect(resample(new Float32Array(rate), rate)).toHaveLength(16_000);
    expect(resample(new Float32Array(1), rate)).toHaveLength(Math.ceil(16_000 / rate));
  });

  test('a constant stays what it is', () => {
    const flat = resample(new Float32Array(rate).fill(0.7), rate).subarray(1600, 14_400);
    flat.forEach((value) => expect(value).toBeCloseTo(0.7, 5));
  });
});

describe.each([22_050, 44_100, 48_000, 96_000])('from %d Hz', (rate) => {
  test.each([8050, 8500, 9000, 10_500])('a tone of %d Hz is gone: below −90 dB', (hertz) => {
    const loudest = second(hertz, rate).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(loudest).toBeLessThan(10 ** (-90 / 20));
  });
});

test('from 8 kHz no mirror image is left above 4 kHz', () => {
  const got = second(3000, 8000);
  expect(amplitude(got, 3000)).toBeCloseTo(1, 3);
  expect(amplitude(got, 5000)).toBeLessThan(10 ** (-90 / 20));
});

test('16 kHz is left alone', () => {
  const sound = tone(300, 100);
  expect(resample(sound, 16_000)).toBe(sound);
});

test('blocks of any size, from any sample on, give what the whole gives', () => {
  const size = 6000;
  const sound = Float32Array.from({ length: size }, (_, i) => Math.sin(i ** 1.5 / 40));
  fc.assert(
    fc.property(
      fc.constantFrom(...rates, 16_000, 44_056),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.integer({ min: 1, max: 2500 }), { minLength: 1 }),
      (rate, from, part, blocks) => {
        const whole = resample(sound, rate);
        const start = Math.floor(from * whole.length);
        const out = new Float32Array(Math.floor(part * (whole.length - start)));
        const resampler = new Resampler(rate, start, out);
        for (let at = resampler.from, turn = 0; at < size; turn++) {
          const end = Math.min(size, at + blocks[turn % blocks.length]!);
          resampler.push(sound.subarray(at, end));
          at = end;
        }
        resampler.finish();
        expect(resampler.full).toBe(true);
        expect(out).toEqual(whole.slice(start, start + out.length));
      },
    ),
    { numRuns: 60 },
  );
});
