import { logMelStatistics } from '../log-mel.js';

const tone = (hertz: number, amplitude = 0.5): Float32Array =>
  Float32Array.from({ length: 8000 }, (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / 16_000));

const loudest = (statistics: Float32Array): number => {
  const means = statistics.subarray(0, 40);
  return means.indexOf(Math.max(...means));
};

test('a tone is loudest in the band around its frequency', () => {
  // Centres are 66.1 mel apart from 97.9 mel on: 1000 Hz is 1000 mel, 3000 Hz is 1876 mel.
  const distance = (2595 * Math.log10(1 + 7600 / 700) - 2595 * Math.log10(1 + 20 / 700)) / 41;
  const band = (mel: number): number => Math.round((mel - 2595 * Math.log10(1 + 20 / 700)) / distance) - 1;
  expect(loudest(logMelStatistics(tone(1000)))).toBe(band(1000));
  expect(loudest(logMelStatistics(tone(3000)))).toBe(band(1876));
});

test('its level grows by ln 4 with twice the amplitude, and a steady tone hardly deviates', () => {
  const [quiet, loud] = [logMelStatistics(tone(1000, 0.25)), logMelStatistics(tone(1000, 0.5))];
  const at = loudest(loud);
  expect(loud[at]! - quiet[at]!).toBeCloseTo(Math.log(4), 4);
  expect(loud.subarray(40).every((deviation) => deviation >= 0)).toBe(true);
  expect(loud[40 + at]!).toBeLessThan(0.05);
});

test('silence, and less than a window, have finite statistics', () => {
  for (const length of [0, 100, 4000]) {
    expect([...logMelStatistics(new Float32Array(length))].every(Number.isFinite)).toBe(true);
  }
});
