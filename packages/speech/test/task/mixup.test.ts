import { RandomStream, ShapeError, type HostBatch, type HostTensor } from '@d2v/core';
import { expectAllclose } from '@d2v/core/testing';
import { mixWaveforms, type ConvLayer } from '../../src/index.js';

const layers: ConvLayer[] = [[4, 4, 2], [4, 3, 2]]; // prettier-ignore
const samples = 40; // 9 frames; the first f take 4f + 4 samples

/** Normal noise, padded with zeros after the samples of each row. */
function noise(counts: readonly number[], lengths?: readonly number[]): HostBatch {
  const data = new Float32Array(counts.length * samples);
  counts.forEach((count, row) => {
    const stream = new RandomStream(['noise', row]);
    for (let i = 0; i < count; i++) data[row * samples + i] = stream.normal();
  });
  const waveforms = { data, shape: [counts.length, samples] };
  return { inputs: { waveforms }, tokens: 9, size: counts.length, ...(lengths && { lengths }) };
}

const oneHot = (size: number): HostTensor => ({
  data: Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0)),
  shape: [size, size],
});
const mix = (batch: HostBatch, probability: number, seed = 1, least = 0.5) =>
  mixWaveforms(batch, oneHot(batch.size), layers, { probability, least }, new RandomStream(['mix', seed]));
const rows = ({ data, shape }: HostTensor): Float32Array[] =>
  Array.from({ length: shape[0]! }, (_, row) =>
    (data as Float32Array).subarray(row * shape[1]!, (row + 1) * shape[1]!),
  );

test('every row is a mixture of two, in waveform and labels with one share, and of unit variance', () => {
  const batch = noise(new Array<number>(8).fill(samples));
  const own = rows(batch.inputs.waveforms!);
  const shares = new Set<number>();
  for (let seed = 0; seed < 20; seed++) {
    const mixed = mix(batch, 1, seed);
    const sounds = rows(mixed.batch.inputs.waveforms!);
    rows(mixed.labels).forEach((labels, row) => {
      expect(labels.reduce((sum, share) => sum + share)).toBeCloseTo(1, 6);
      const partner = labels.findIndex((share, i) => share > 0 && i !== row);
      const lambda = labels[row]!;
      if (partner < 0) return expect([lambda, sounds[row]]).toEqual([1, own[row]]); // its own partner
      expect(lambda).toBeGreaterThanOrEqual(0.5);
      shares.add(lambda);
      expectAllclose(sounds[row]!, scaled(own[row]!, lambda, own[partner]!), { rtol: 1e-4, atol: 1e-5 });
    });
  }
  expect(shares.size).toBe(20);
});

/** (λ·a + (1 − λ)·b)/√(λ² + (1 − λ)²). */
function scaled(a: Float32Array, lambda: number, b: Float32Array): Float32Array {
  return a.map((value, i) => (lambda * value + (1 - lambda) * b[i]!) / Math.hypot(lambda, 1 - lambda));
}

test('rows keep their length: beyond it nothing of a longer partner is heard', () => {
  const batch = noise([40, 24, 12, 18], [9, 5, 2, 3]);
  for (let seed = 0; seed < 10; seed++) {
    const [, second, third, fourth] = rows(mix(batch, 1, seed).batch.inputs.waveforms!);
    expect([second, third].map((row, i) => row!.subarray([24, 12][i]).every((value) => value === 0))).toEqual([
      true,
      true,
    ]);
    // Samples after the last frame's are no frame's, and stay.
    expect(fourth!.subarray(16)).toEqual(rows(batch.inputs.waveforms!)[3]!.subarray(16));
  }
});

test('a share of the rows is mixed; at 0 none is', () => {
  const batch = noise(new Array<number>(200).fill(samples));
  expect(mix(batch, 0)).toEqual({ batch, labels: oneHot(200) });
  const whole = rows(mix(batch, 0.7).labels).filter((labels, row) => labels[row] === 1).length;
  expect(whole).toBeGreaterThan(40);
  expect(whole).toBeLessThan(80);
});

test('is a function of the stream alone and reads its inputs only', () => {
  const batch = noise([40, 40, 40]);
  const before = structuredClone(batch);
  expect(mix(batch, 1, 3)).toEqual(mix(batch, 1, 3));
  expect(batch).toEqual(before);
});

test('labels that are not one row a waveform are refused', () => {
  const call = (): unknown =>
    mixWaveforms(noise([40, 40]), oneHot(3), layers, { probability: 1, least: 0.5 }, new RandomStream([1]));
  expect(call).toThrow(ShapeError);
  expect(call).toThrow('float32 rows of (2, …) are needed, got Float32Array of (3, 3)');
});
