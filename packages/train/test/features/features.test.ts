import {
  backboneSchema,
  ConfigError,
  createNetwork,
  initialise,
  Network,
  RandomStream,
  SampleError,
  type AnyPlugin,
  type Encoder,
  type Weights,
} from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import { dispose } from '@tensorflow/tfjs-core';
import { loadPlugin } from '../../src/api/load-plugin.js';
import type { SampleSource } from '../../src/data/source.js';
import { extractFeatures, extractTokens, npyChunks, rawFeatures } from '../../src/features/index.js';
import { squares, SIDE } from '../api/squares.js';

const DIM = 8;
const TOKENS = 4;
const MASK = { strategy: 'random', ratio: 0.5 };
let plugin: AnyPlugin;
let network: Network;
let weights: Weights;

const networkOf = (encoder: object = {}): Network =>
  createNetwork(plugin, {
    encoder: plugin.configSchema.parse({ imageSize: SIDE, patchSize: 4, channels: 1, mask: MASK, ...encoder }),
    backbone: backboneSchema.parse({ dim: DIM, depth: 3, heads: 2 }),
  });

/** Squares as samples of the encoder, without files. */
function source(count: number): SampleSource {
  const { pixels, labels } = squares(count, 1);
  return {
    size: count,
    classes: ['a', 'b', 'c', 'd'],
    name: (i) => `square ${i}`,
    label: (i) => labels[i]!,
    load: ({ index }) => {
      const part = Float32Array.from(pixels.subarray(index * 64, (index + 1) * 64), (value) => value / 255 - 0.5);
      return Promise.resolve({ pixels: part, height: SIDE, width: SIDE, channels: 1, name: `square ${index}` });
    },
    close: () => Promise.resolve(),
  };
}

const samplesOf = (from: SampleSource, count: number): Promise<unknown[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => from.load({ index, key: [] })));

beforeAll(async () => {
  await loadBackend('wasm');
  plugin = await loadPlugin('@d2v/vision');
  network = networkOf();
  weights = initialise(network.parameters, new RandomStream([1]));
});
afterAll(() => dispose(weights as never));

describe('extractFeatures', () => {
  it('gives one row a sample with its label and name, and reports every batch', async () => {
    const done: number[] = [];
    const set = await extractFeatures({
      network,
      weights,
      source: source(10),
      batchSize: 4,
      onProgress: (n) => done.push(n),
    });
    expect(set).toMatchObject({ size: 10, dim: DIM, classes: ['a', 'b', 'c', 'd'] });
    expect(set.features).toHaveLength(10 * DIM);
    expect([...set.labels!]).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1]);
    expect(set.names[9]).toBe('square 9');
    expect(done).toEqual([4, 8, 10]);
  });

  it('does not depend on the batch size', async () => {
    const rows = async (batchSize: number) =>
      (await extractFeatures({ network, weights, source: source(9), batchSize })).features;
    const [one, four] = [await rows(1), await rows(4)];
    four.forEach((value, i) => expect(value).toBeCloseTo(one[i]!, 5));
  });

  it('pools the mean of the tokens that extractTokens gives', async () => {
    const { features } = await extractFeatures({ network, weights, source: source(3) });
    const tokens = await extractTokens({ network, weights, samples: await samplesOf(source(3), 3) });
    expect(tokens.shape).toEqual([3, TOKENS, DIM]);
    for (let i = 0; i < 3 * DIM; i++) {
      const [row, d] = [Math.floor(i / DIM), i % DIM];
      const sum = [0, 1, 2, 3].reduce((total, t) => total + tokens.features[(row * TOKENS + t) * DIM + d]!, 0);
      expect(features[i]).toBeCloseTo(sum / TOKENS, 5);
    }
  });

  it("puts all tokens one after the other for 'tokens'", async () => {
    const set = await extractFeatures({ network, weights, source: source(3), pool: 'tokens', batchSize: 2 });
    const tokens = await extractTokens({ network, weights, samples: await samplesOf(source(3), 3) });
    expect(set.dim).toBe(TOKENS * DIM);
    tokens.features.forEach((value, i) => expect(set.features[i]).toBeCloseTo(value, 5));
  });

  it("takes the first token, which is no extra one, for 'first'", async () => {
    const { features, dim } = await extractFeatures({ network, weights, source: source(3), pool: 'first' });
    const tokens = await extractTokens({ network, weights, samples: await samplesOf(source(3), 3) });
    expect(dim).toBe(DIM);
    features.forEach((value, i) => {
      const sample = Math.floor(i / DIM);
      expect(value).toBeCloseTo(tokens.features[sample * TOKENS * DIM + (i % DIM)]!, 5);
    });
  });

  it("puts the cls token behind the mean for 'mean+cls'", async () => {
    const rows = async (pool: 'mean' | 'cls' | 'mean+cls') =>
      (await extractFeatures({ network, weights, source: source(2), pool })).features;
    const [mean, cls, both] = [await rows('mean'), await rows('cls'), await rows('mean+cls')];
    expect([...both]).toEqual(
      [0, 1].flatMap((i) => [...mean.slice(i * DIM, (i + 1) * DIM), ...cls.slice(i * DIM, (i + 1) * DIM)]),
    );
    expect([...cls]).not.toEqual([...mean]);
  });

  it('averages layer-normalised outputs of the last blocks', async () => {
    const cls = (await extractFeatures({ network, weights, source: source(4), pool: 'cls', layers: 1 })).features;
    for (let row = 0; row < 4; row++) {
      const values = [...cls.slice(row * DIM, (row + 1) * DIM)];
      const mean = values.reduce((a, b) => a + b) / DIM;
      expect(mean).toBeCloseTo(0, 4);
      expect(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / DIM).toBeCloseTo(1, 2);
    }
    const three = (await extractFeatures({ network, weights, source: source(4), pool: 'cls', layers: 3 })).features;
    expect([...three]).not.toEqual([...cls]);
  });

  it('leaves padding out of the mean', async () => {
    // Two real tokens of four; what the others hold must not matter.
    const lengths = [2];
    const padded = (fill: number): Encoder => ({
      ...bind(network.encoder),
      collate: (samples) => {
        const host = network.encoder.collate(samples);
        const data = Float32Array.from(host.inputs.images!.data);
        data.fill(fill, 32);
        return { ...host, inputs: { images: { data, shape: host.inputs.images!.shape } }, lengths };
      },
    });
    const rows = async (fill: number) => {
      const other = new Network(padded(fill), network.config);
      return (await extractFeatures({ network: other, weights, source: source(1) })).features;
    };
    const [a, b] = [await rows(0), await rows(0.9)];
    a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 5));
    const whole = (await extractFeatures({ network, weights, source: source(1) })).features;
    expect(Math.max(...a.map((value, i) => Math.abs(value - whole[i]!)))).toBeGreaterThan(1e-3);
    const padding = { network: new Network(padded(0), network.config), weights, source: source(1) };
    await expect(extractFeatures({ ...padding, pool: 'tokens' })).rejects.toThrow(/samples of one length/);
  });

  it('refuses what the network cannot give', async () => {
    const bare = networkOf({ extraTokens: 0 });
    await expect(extractFeatures({ network: bare, weights, source: source(1), pool: 'cls' })).rejects.toThrow(
      /no extra tokens/,
    );
    await expect(extractFeatures({ network, weights, source: source(1), layers: 4 })).rejects.toThrow(ConfigError);
  });

  it('names the sample that cannot be read and leaves no tensor behind', async () => {
    const bad: SampleSource = {
      ...source(6),
      load: (request) =>
        request.index === 5 ? Promise.reject(new SampleError('square 5', 'is torn')) : source(6).load(request),
    };
    await expect(extractFeatures({ network, weights, source: bad, batchSize: 2 })).rejects.toThrow('square 5: is torn');
  });
});

/** An encoder whose methods can be spread. */
function bind(encoder: Encoder): Encoder {
  return {
    parameters: encoder.parameters,
    extraTokens: encoder.extraTokens,
    contextNorm: encoder.contextNorm,
    positions: encoder.positions,
    collate: (samples) => encoder.collate(samples),
    localFeatures: (p, inputs, context) => encoder.localFeatures(p, inputs, context),
    drawMask: (tokens, stream) => encoder.drawMask(tokens, stream),
    decoder: (options) => encoder.decoder(options),
  };
}

describe('rawFeatures', () => {
  it('flattens what the encoder is given, without a network', async () => {
    const { features, dim } = await rawFeatures(network.encoder, { source: source(5), batchSize: 2 });
    const { pixels } = squares(5, 1);
    expect(dim).toBe(64);
    features.forEach((value, i) => expect(value).toBeCloseTo(pixels[i]! / 255 - 0.5, 6));
  });

  it('refuses samples of different sizes', async () => {
    const encoder: Encoder = {
      ...bind(network.encoder),
      collate: (samples) => {
        const size = samples.length;
        return { inputs: { x: { data: new Float32Array(size * size), shape: [size, size] } }, tokens: 1, size };
      },
    };
    await expect(rawFeatures(encoder, { source: source(3), batchSize: 2 })).rejects.toThrow(
      /from square 2 on differ in size/,
    );
  });
});

describe('npyChunks', () => {
  it('writes the format of numpy.save byte by byte', () => {
    const [header, data] = npyChunks(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    const text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    expect(header).toHaveLength(128);
    expect(Buffer.from(header).toString('latin1')).toBe(`\x93NUMPY\x01\x00\x76\x00${text.padEnd(117)}\n`);
    expect([...new Float32Array(data.slice().buffer)]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('writes one axis as a tuple', () => {
    expect(Buffer.from(npyChunks(Float32Array.of(1), [1])[0]).toString('latin1')).toContain("'shape': (1,), }");
  });
});
