import { expectAllclose } from '../../src/testing/index.js';
import { HostNoise, RandomStream, Scope, ShapeError, wholeSequence, type Weights } from '../../src/index.js';
import { slice, tidy, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';
import { random } from '../ops/values.js';
import { anyWeights, featuresOf, toyNetwork } from './run.js';
import { CHANNELS, toySamples } from './toy.js';

beforeAll(useBackend);

const CLOSE = { rtol: 1e-4, atol: 1e-5 };

describe.each([
  ['learned positions', { positions: ['learned'] }],
  ['convolutional positions and ALiBi', { positions: ['conv', 'alibi'], extraTokens: 0 }],
  ['no positions', { positions: [], contextNorm: false }],
])('with %s', (_name, encoder) => {
  test("padding never changes a real token's features", () => {
    tidy(() => {
      const network = toyNetwork(encoder);
      const weights = anyWeights(network.parameters);
      const extra = network.encoder.extraTokens.count;
      const [long, short] = toySamples(6, 3);
      const alone = featuresOf(network, weights, [short!]);
      const padded = featuresOf(network, weights, [long!, short!]);
      expectAllclose(slice(padded, [1, 0, 0], [1, extra + 3, -1]), alone, CLOSE);
    });
  });
});

test('without positions, the order of tokens does not matter to a token; with them it does', () => {
  tidy(() => {
    const [sample] = toySamples(4);
    const values = Float32Array.from(sample!.values, (_, i) => {
      const [token, channel] = [Math.floor(i / CHANNELS), i % CHANNELS];
      return sample!.values[(3 - token) * CHANNELS + channel]!;
    });
    const last = (network: ReturnType<typeof toyNetwork>, weights: Weights): [Tensor3D, Tensor3D] => [
      slice(featuresOf(network, weights, [sample!]), [0, 4, 0], [1, 1, -1]),
      slice(featuresOf(network, weights, [{ ...sample!, values }]), [0, 1, 0], [1, 1, -1]),
    ];
    const without = toyNetwork({ positions: [] });
    expectAllclose(...last(without, anyWeights(without.parameters)), CLOSE);
    const learned = toyNetwork({ positions: ['learned'] });
    expect(() => expectAllclose(...last(learned, anyWeights(learned.parameters)), CLOSE)).toThrow('values differ');
  });
});

test('a prenet and shared blocks equal one stack of the same depth', () => {
  tidy(() => {
    const split = toyNetwork({}, { prenetDepth: 2, depth: 3 });
    const whole = toyNetwork({}, { prenetDepth: 0, depth: 5 });
    const weights = anyWeights(split.parameters);
    const renamed = Object.fromEntries(
      Object.entries(weights).map(([name, w]) => [
        name.startsWith('encoder.blocks.')
          ? name.slice('encoder.'.length)
          : name.replace(/^blocks\.(\d+)/, (_, i: string) => `blocks.${Number(i) + 2}`),
        w,
      ]),
    );
    expect(Object.keys(renamed).sort()).toEqual(Object.keys(whole.parameters).sort());
    const samples = toySamples(6, 4);
    expectAllclose(featuresOf(whole, renamed, samples), featuresOf(split, weights, samples), { rtol: 0, atol: 0 });
  });
});

test.each(['table', 'alibi'])('one %s per block equals a shared one when all are equal', (kind) => {
  tidy(() => {
    const encoder = { positions: [kind] };
    const shared = toyNetwork(encoder, { attentionBias: 'shared', prenetDepth: 1 });
    const perBlock = toyNetwork(encoder, { attentionBias: 'perBlock', prenetDepth: 1 });
    const weights = anyWeights(shared.parameters);
    const copies = Object.fromEntries(
      Object.keys(perBlock.parameters).map((name) => [
        name,
        weights[name] ?? weights[name.replace(/^.*\.attn\./, 'encoder.')]!,
      ]),
    );
    const names = Object.keys(perBlock.parameters).filter((name) => !(name in weights));
    expect(names).toHaveLength(3);
    const samples = toySamples(6, 6);
    expectAllclose(featuresOf(perBlock, copies, samples), featuresOf(shared, weights, samples), { rtol: 0, atol: 0 });
    const changed = { ...copies, [names[2]!]: random(copies[names[2]!]!.shape, 'other') };
    expect(() =>
      expectAllclose(featuresOf(perBlock, changed, samples), featuresOf(shared, weights, samples)),
    ).toThrow();
  });
});

test('no dropout, drop path or layer drop in evaluation, all of them in training', () => {
  tidy(() => {
    const rates = {
      input: 0.3,
      context: 0.3,
      attention: 0.3,
      projection: 0.3,
      activation: 0.3,
      mlp: 0.3,
      residual: 0.3,
    };
    const noisy = toyNetwork(
      {},
      { dropout: rates, dropPath: 0.5, layerDrop: 0.5, prenetLayerDrop: 0.5, prenetDepth: 1 },
    );
    const plain = toyNetwork({}, { prenetDepth: 1 });
    const weights = anyWeights(plain.parameters);
    const samples = toySamples(6, 6);
    const expected = featuresOf(plain, weights, samples);
    expectAllclose(featuresOf(noisy, weights, samples), expected, { rtol: 0, atol: 0 });

    const local = random<Tensor3D>([2, 6, 16], 'local');
    const sequence = wholeSequence(noisy.encoder, new Scope(weights, 'encoder'), local);
    const run = (network: typeof noisy, seed?: number): Tensor3D =>
      network.forward(weights, sequence, seed === undefined ? {} : { noise: new HostNoise(new RandomStream([seed])) })
        .x;
    expect(() => expectAllclose(run(noisy, 1), run(noisy), CLOSE)).toThrow('values differ');
    expect(() => expectAllclose(run(noisy, 1), run(noisy, 2), CLOSE)).toThrow('values differ');
    expectAllclose(run(noisy, 1), run(noisy, 1), { rtol: 0, atol: 0 });
    expectAllclose(run(plain, 1), run(plain), { rtol: 0, atol: 0 });
  });
});

test.each(['input', 'context', 'attention', 'projection', 'activation', 'mlp', 'residual'])(
  'dropout.%s drops in training',
  (name) => {
    tidy(() => {
      const network = toyNetwork({}, { dropout: { [name]: 0.5 } });
      const weights = anyWeights(network.parameters);
      const sequence = wholeSequence(
        network.encoder,
        new Scope(weights, 'encoder'),
        random<Tensor3D>([2, 6, 16], 'local'),
      );
      const noise = new HostNoise(new RandomStream([1]));
      const [training, evaluation] = [{ noise }, {}].map((context) => network.forward(weights, sequence, context).x);
      expect(() => expectAllclose(training!, evaluation!, CLOSE)).toThrow('values differ');
    });
  },
);

test('features come apart into extra tokens and content', () => {
  tidy(() => {
    const network = toyNetwork({ extraTokens: 2 });
    const weights = anyWeights(network.parameters);
    const batch = network.encoder.collate(toySamples(5, 5));
    const values = random<Tensor3D>([2, 5, CHANNELS]);
    const { x, tokens, extra, blocks } = network.features(weights, { values });
    expect(batch.lengths).toBeUndefined();
    expectAllclose(extra!, slice(x, [0, 0, 0], [-1, 2, -1]));
    expectAllclose(tokens, slice(x, [0, 2, 0], [-1, 5, -1]));
    expect(blocks).toHaveLength(2);
    expectAllclose(blocks[1]!.x, x);
  });
});

test('a parameter that is missing is named, with what there is', () => {
  tidy(() => {
    const network = toyNetwork();
    const weights: Record<string, Tensor> = { ...anyWeights(network.parameters) };
    delete weights['blocks.1.attn.qkv.weight'];
    const run = (): Tensor3D => featuresOf(network, weights, toySamples(4, 4));
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(/no parameter 'blocks\.1\.attn\.qkv\.weight'\n {2}→ the weights hold blocks\.1\.attn/);
  });
});
