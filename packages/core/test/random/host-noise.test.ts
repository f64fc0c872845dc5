import type * as tf from '@tensorflow/tfjs-core';
import { ConfigError, fillNormal, fillTruncatedNormal, fillUniform, HostNoise, RandomStream } from '@d2v/core';
import { chiSquareDeviate, histogram, moments, normalCdf } from './statistics.js';

const COUNT = 1_000_000;
const filled = (fill: (out: Float32Array) => void): Float32Array => {
  const out = new Float32Array(COUNT);
  fill(out);
  return out;
};
const within = (deviation: number): number => (5 * deviation) / Math.sqrt(COUNT);

describe('fillNormal', () => {
  const values = filled((out) => fillNormal(new RandomStream([5, 'normal']), out));

  it('has the moments of the normal distribution', () => {
    const { mean, variance, skewness, kurtosis } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(within(1));
    expect(Math.abs(variance - 1)).toBeLessThan(within(Math.sqrt(2)));
    expect(Math.abs(skewness)).toBeLessThan(within(Math.sqrt(6)));
    expect(Math.abs(kurtosis)).toBeLessThan(within(Math.sqrt(24)));
  });

  it('has the density of the normal distribution, tails included', () => {
    // The wedges of the ziggurat hold 1 % of the values: it takes many to see whether these are right.
    const count = 8 * COUNT;
    const many = new Float32Array(count);
    fillNormal(new RandomStream([5, 'density']), many);
    const bins = 160; // of 0.05, over ±4, the outermost open
    const counts = histogram(many, bins, (v) => (v < -4 ? 0 : v >= 4 ? bins - 1 : ((v + 4) * 20) | 0));
    const cdf = (edge: number): number => (edge <= 0 ? 0 : edge >= bins ? 1 : normalCdf((edge - 80) / 20));
    const expected = Array.from(counts, (_, i) => count * (cdf(i + 1) - cdf(i)));
    expect(Math.abs(chiSquareDeviate(counts, expected))).toBeLessThan(5);
  });

  it('has as many values beyond 4 deviations as it should', () => {
    const beyond = values.filter((v) => Math.abs(v) > 4).length;
    const expected = COUNT * 6.334248e-5;
    expect(Math.abs(beyond - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  it('has no correlation between neighbours, nor between the sizes of neighbours', () => {
    for (const lag of [1, 2, 3]) {
      let [signed, sized] = [0, 0];
      for (let i = lag; i < COUNT; i++) {
        signed += values[i]! * values[i - lag]!;
        sized += ((values[i]! ** 2 - 1) * (values[i - lag]! ** 2 - 1)) / 2;
      }
      expect(Math.abs(signed / COUNT)).toBeLessThan(within(1));
      expect(Math.abs(sized / COUNT)).toBeLessThan(within(1));
    }
  });

  it('scales by std', () => {
    const scaled = filled((out) => fillNormal(new RandomStream([5, 'normal']), out, 0.5));
    expect(scaled.subarray(0, 100)).toEqual(values.subarray(0, 100).map((v) => 0.5 * v));
  });
});

describe('fillUniform and fillTruncatedNormal', () => {
  it('fills [low, high) evenly', () => {
    const values = filled((out) => fillUniform(new RandomStream([5, 'uniform']), out, -1, 3));
    const counts = histogram(values, 400, (v) => Math.min(Math.floor((v + 1) * 100), 399));
    expect(Math.abs(chiSquareDeviate(counts, COUNT / 400))).toBeLessThan(5);
  });

  it('keeps the normal density between the limits and nothing beyond', () => {
    const values = filled((out) => fillTruncatedNormal(new RandomStream([5, 'cut']), out, 0.02, 1));
    const counts = histogram(values, 100, (v) => Math.floor((v / 0.02 + 1) * 50 * (1 - 1e-6)));
    const mass = normalCdf(1) - normalCdf(-1);
    const expected = Array.from(
      counts,
      (_, i) => (COUNT * (normalCdf((i + 1) / 50 - 1) - normalCdf(i / 50 - 1))) / mass,
    );
    expect(Math.abs(chiSquareDeviate(counts, expected))).toBeLessThan(5);
  });
});

describe('HostNoise', () => {
  const noise = (): HostNoise => new HostNoise(new RandomStream([11, 'dropout', 4]));
  const read = (tensor: tf.Tensor): number[] => {
    const values = Array.from(tensor.dataSync());
    tensor.dispose();
    return values;
  };

  it('draws float32 tensors of the given shape', () => {
    for (const tensor of [noise().bernoulli(0.5, [2, 3, 4]), noise().normal([2, 3, 4])]) {
      expect(tensor.dtype).toBe('float32');
      expect(tensor.shape).toEqual([2, 3, 4]);
      tensor.dispose();
    }
  });

  it('draws a scalar for an empty shape', () => {
    const tensor = noise().normal([]);
    expect(tensor.shape).toEqual([]);
    tensor.dispose();
  });

  it.each([0, 0.1, 0.75, 1])('keeps a share of %p', (keep) => {
    const values = read(noise().bernoulli(keep, [1000, 200]));
    expect(values.every((v) => v === 0 || v === 1)).toBe(true);
    const share = values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.abs(share - keep)).toBeLessThanOrEqual(5 * Math.sqrt((keep * (1 - keep)) / values.length));
  });

  it('refuses a share outside [0, 1]', () => {
    expect(() => noise().bernoulli(1.1, [2])).toThrow(ConfigError);
    expect(() => noise().bernoulli(NaN, [2])).toThrow(ConfigError);
  });

  it('repeats its draws for the same key and fork, whatever else was drawn', () => {
    const [a, b] = [noise(), noise()];
    read(a.normal([5]));
    expect(read(a.fork('block.0').normal([8]))).toEqual(read(b.fork('block.0').normal([8])));
  });

  it('differs between forks and between successive draws', () => {
    const source = noise();
    const fork = source.fork('a');
    const [first, second, other] = [fork.normal([8]), fork.normal([8]), source.fork('b').normal([8])].map(read);
    expect(first).not.toEqual(second);
    expect(first).not.toEqual(other);
  });
});
