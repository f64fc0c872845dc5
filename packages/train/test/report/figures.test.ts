import {
  backboneSchema,
  createNetwork,
  initialise,
  RandomStream,
  SampleError,
  type AnyPlugin,
  type Dataset,
  type Figures,
  type Network,
  type Weights,
} from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import { arrayDataset, vision } from '@d2v/vision';
import { dispose } from '@tensorflow/tfjs-core';
import { LocalSource } from '../../src/data/source.js';
import { makeFigures, type FigureOptions } from '../../src/report/figures.js';
import { tokenFigures } from '../../src/report/token-figures.js';

const SIDE = 8;
const plugin = vision as AnyPlugin;
const encoder = vision.configSchema.parse({ imageSize: SIDE, patchSize: 2, channels: 1 });
const network = createNetwork(plugin, { encoder, backbone: backboneSchema.parse({ dim: 16, depth: 1, heads: 2 }) });
let weights: Weights;
beforeAll(async () => {
  await loadBackend('wasm');
  weights = initialise(network.parameters, new RandomStream([1]));
});
afterAll(() => dispose(weights as Record<string, never>));

const CLASSES = ['left', 'right'];

/** Images whose left or right half is bright. */
function halves(size: number, name: string): Dataset {
  const stream = new RandomStream([5, name]);
  const labels = Array.from({ length: size }, (_, i) => i % 2);
  const pixels = Uint8Array.from({ length: size * SIDE * SIDE }, (_, i) => {
    const bright = Math.floor((i % SIDE) / (SIDE / 2)) === labels[Math.floor(i / SIDE / SIDE)]!;
    return (bright ? 200 : 0) + stream.below(40);
  });
  return arrayDataset({ pixels, shape: [size, SIDE, SIDE], labels, classes: CLASSES, name });
}

const sourceOf = (dataset: Dataset): LocalSource =>
  new LocalSource(dataset, plugin.createTransform(vision.transformSchema.parse({}), encoder, 'evaluate'));

const options = (changes: Partial<FigureOptions> = {}): FigureOptions => ({
  plugin,
  network,
  weights,
  train: sourceOf(halves(40, 'train')),
  heldOut: sourceOf(halves(10, 'held out')),
  seed: 1,
  ...changes,
});

describe('makeFigures', () => {
  test('draws masks, neighbours and token features of held-out samples', async () => {
    const figures = await makeFigures(options({ limits: { samples: 4, masks: 2, queries: 3, neighbours: 5 } }));
    expect(figures.masks).toHaveLength(4);
    for (const { figure, masked } of figures.masks) {
      expect(masked).toHaveLength(2);
      for (const mask of masked) expect(mask.hidden).toBeCloseTo(13 / 16, 5);
      for (const each of [figure, ...masked.map((mask) => mask.figure)])
        expect(each).toMatch(/^<img src="data:image\/png/);
    }
    expect(figures.tokens!.samples).toHaveLength(4);
    expect(figures.tokens!.explained).toHaveLength(3);
    expect(figures.gallery).toBe(40);
    expect(figures.neighbours).toHaveLength(3);
    for (const { query, neighbours } of figures.neighbours) {
      expect(query.name).toMatch(/^held out\[\d+\]$/);
      expect(neighbours).toHaveLength(5);
      const similarities = neighbours.map(({ similarity }) => similarity);
      expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
      for (const { name, label, figure } of neighbours) {
        expect(name).toMatch(/^train\[\d+\]$/);
        expect(label).toBe(query.label);
        expect(figure).toContain('<img');
      }
    }
    expect(figures.unreadable).toEqual([]);
  });

  test('looks for neighbours among the features that are asked for', async () => {
    const limits = { samples: 1, queries: 3, neighbours: 5 };
    const similarities = async (features: FigureOptions['features']) =>
      (await makeFigures(options({ limits, features }))).neighbours.map((row) => row.neighbours[0]!.similarity);
    const plain = await similarities({});
    expect(await similarities({ pool: 'mean' })).toEqual(plain);
    expect(await similarities({ pool: 'pyramid' })).not.toEqual(plain);
    // Means of tokens lie close together before they are whitened.
    const white = await similarities({ whiten: 4 });
    white.forEach((similarity, i) => expect(similarity).toBeLessThan(plain[i]!));
  });

  test('the same seed draws the same, another seed other samples', async () => {
    const limits = { samples: 2, queries: 2, gallery: 10 };
    const [first, again, other] = [
      await makeFigures(options({ limits })),
      await makeFigures(options({ limits })),
      await makeFigures(options({ limits, seed: 2 })),
    ];
    expect(again).toEqual(first);
    expect(other.neighbours.map(({ query }) => query.name)).not.toEqual(
      first.neighbours.map(({ query }) => query.name),
    );
  });

  test('without a held-out set, no sample is its own neighbour', async () => {
    const { neighbours, gallery } = await makeFigures(
      options({ heldOut: undefined, limits: { samples: 2, queries: 4 } }),
    );
    expect(gallery).toBe(36);
    const queries = neighbours.map(({ query }) => query.name);
    for (const row of neighbours) for (const { name } of row.neighbours) expect(queries).not.toContain(name);
  });

  test('never looks for more than 16 samples among more than 2000', async () => {
    const train = sourceOf(halves(2100, 'train'));
    const { neighbours, gallery } = await makeFigures(
      options({
        train,
        heldOut: sourceOf(halves(30, 'held out')),
        limits: { samples: 1, queries: 1000, gallery: 1e6, neighbours: 1 },
      }),
    );
    expect(neighbours).toHaveLength(16);
    expect(gallery).toBe(2000);
  });

  test('the gallery stops growing when its time is up', async () => {
    const { gallery, neighbours } = await makeFigures(options({ limits: { queries: 1, seconds: 0 } }));
    expect(gallery).toBe(32);
    expect(neighbours[0]!.neighbours).toHaveLength(5);
  });

  test('samples that cannot be read are left out and named', async () => {
    const good = halves(10, 'held out');
    const broken: Dataset = {
      ...good,
      read: (index) => (index < 5 ? Promise.reject(new SampleError(good.name(index), 'no image')) : good.read(index)),
    };
    const { masks, unreadable } = await makeFigures(
      options({ heldOut: sourceOf(broken), limits: { samples: 10, queries: 1 } }),
    );
    expect(masks).toHaveLength(5);
    expect(unreadable).toHaveLength(5);
    expect(unreadable).toContainEqual({ sample: 'held out[0]', message: 'no image' });
  });

  test('an error that is no bad sample is thrown', async () => {
    const broken: Dataset = { ...halves(10, 'held out'), read: () => Promise.reject(new TypeError('a bug')) };
    await expect(makeFigures(options({ heldOut: sourceOf(broken) }))).rejects.toThrow('a bug');
  });

  test('a plugin without figures still has neighbours, by name', async () => {
    const bare: AnyPlugin = { ...plugin, figures: undefined };
    const { masks, tokens, neighbours } = await makeFigures(options({ plugin: bare, limits: { queries: 1 } }));
    expect(masks).toEqual([]);
    expect(tokens).toBeUndefined();
    expect(neighbours[0]!.query.figure).toBeUndefined();
    expect(neighbours[0]!.neighbours).toHaveLength(5);
  });
});

describe('tokenFigures', () => {
  test('padded tokens have no colour and no say in the components', async () => {
    const samples = await Promise.all([0, 1].map((index) => options().heldOut!.load({ index, key: [index] })));
    const read = samples.map((sample, index) => ({ sample, index, name: `${index}` }));
    const drawn: Float32Array[] = [];
    const figures: Figures<unknown> = {
      sample: () => '',
      masked: () => '',
      tokens: (_, rgb) => `${drawn.push(rgb.slice())}`,
    };
    // The network, with all but the first three tokens of one sample declared padding.
    const padded = Object.create(network) as Network;
    const collate = (all: readonly unknown[]) => ({ ...network.encoder.collate(all as never), lengths: [3, 16] });
    const features: Network['features'] = (given, inputs) => network.features(given, inputs);
    Object.assign(padded, {
      encoder: { ...network.encoder, collate, extraTokens: network.encoder.extraTokens },
      features,
    });
    await tokenFigures(figures, padded, weights, read);
    expect(drawn.map((rgb) => rgb.length / 3)).toEqual([3, 16]);
    await tokenFigures(figures, network, weights, read);
    expect(drawn.slice(2).map((rgb) => rgb.length / 3)).toEqual([16, 16]);
    expect(drawn[2]!.slice(0, 9)).not.toEqual(drawn[0]);
    expect(drawn.every((rgb) => rgb.every((value) => value >= 0 && value <= 1))).toBe(true);
  });
});
