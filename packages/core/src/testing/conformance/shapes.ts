import { tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { upload, type HostBatch } from '../../encoder/host.js';
import type { Network } from '../../encoder/network.js';
import { within, type Weights } from '../../weights/parameter.js';
import { Scope } from '../../weights/scope.js';
import { check, withWeights, type Subject, type Tests } from './subject.js';

/** What goes in and comes out has the shapes that the seam says. */
export const shapes = (subject: Subject): Tests => ({
  'collate yields one row per sample, and arrays as long as their shapes': () => {
    const batch = subject.collate();
    const { size, tokens, inputs, lengths } = batch;
    const samples = subject.samples.length;
    check(size === samples, `collate: size is ${size} for ${samples} samples`);
    check(Number.isInteger(tokens) && tokens > 0, `collate: tokens is ${tokens}, expected a whole number above 0`);
    for (const [name, { data, shape }] of Object.entries(inputs)) {
      check(shape[0] === size, `collate: input '${name}' has the shape [${shape}], its first axis must be ${size}`);
      const values = shape.reduce((product, axis) => product * axis, 1);
      check(data.length === values, `collate: input '${name}' has ${data.length} values for the shape [${shape}]`);
    }
    check(!lengths || lengths.length === size, `collate: ${lengths?.length} lengths for ${size} samples`);
    const wrong = lengths?.find((length) => !Number.isInteger(length) || length < 1 || length > tokens);
    check(wrong === undefined, `collate: a length is ${wrong}, expected 1 to ${tokens}`);
  },

  'local features are (samples, tokens, width), and need only parameters named local.*': () => {
    inNetwork(subject, (network, weights, batch) => {
      const local = Object.entries(weights).filter(([name]) => name.startsWith('encoder.local.'));
      const x = network.localFeatures(Object.fromEntries(local), upload(batch.inputs), {});
      expectShape('localFeatures', x, [batch.size, batch.tokens, network.config.dim]);
    });
  },

  'positions fit the tokens': () => {
    inNetwork(subject, ({ encoder, config }, weights, { size, tokens }) => {
      const p = new Scope(weights, 'encoder');
      const { absolute, relative, attentionBias } = encoder.positions;
      const side = encoder.extraTokens.count + tokens;
      if (absolute) expectShape('positions.absolute', absolute(p, tokens), [1, tokens, config.dim]);
      if (relative) {
        const shape: [number, number, number] = [size, tokens, config.dim];
        expectShape('positions.relative', relative(p, zeros(shape)), shape);
      }
      if (attentionBias) {
        const scope = config.attentionBias === 'perBlock' ? new Scope(weights, 'blocks.0.attn') : p;
        expectShape('positions.attentionBias', attentionBias.bias(scope, tokens), [config.heads, side, side]);
      }
    });
  },

  'features are (samples, extra tokens + tokens, width)': () => {
    inNetwork(subject, (network, weights, batch) => {
      const { x, tokens, extra } = network.features(weights, upload(batch.inputs));
      const { count } = network.encoder.extraTokens;
      const { dim } = network.config;
      expectShape('features', x, [batch.size, count + batch.tokens, dim]);
      expectShape('features.tokens', tokens, [batch.size, batch.tokens, dim]);
      if (count > 0) expectShape('features.extra', extra!, [batch.size, count, dim]);
    });
  },

  'the decoder returns a grid of the shape it is given': () => {
    inNetwork(subject, ({ encoder, config: { dim } }, _weights, { tokens }) => {
      const groups = dim % 4 === 0 ? 4 : 1;
      const shape = { width: 4 * groups, layers: 2, kernel: 3, groups, projectionLayers: 2, projectionRatio: 2 };
      const decoder = encoder.decoder({ dim, residual: true, ...shape });
      withWeights(within('decoder', decoder.parameters), (weights) =>
        expectShape('decoder', decoder.forward(new Scope(weights, 'decoder'), zeros([2, tokens, dim])), [
          2,
          tokens,
          dim,
        ]),
      );
    });
  },

  ...(hasRawTokens(subject) && {
    'raw tokens are (samples, tokens, rawTokenSize)': () => {
      inNetwork(subject, ({ encoder }, _weights, { inputs, size, tokens }) => {
        check(encoder.rawTokenSize !== undefined, 'an encoder with rawTokens gives rawTokenSize too');
        expectShape('rawTokens', encoder.rawTokens!(upload(inputs)), [size, tokens, encoder.rawTokenSize]);
      });
    },
  }),
});

function hasRawTokens(subject: Subject): boolean {
  return subject.network().encoder.rawTokens !== undefined;
}

/** Runs `body` in a tidy with a network, weights and the collated samples. */
function inNetwork(subject: Subject, body: (network: Network, weights: Weights, batch: HostBatch) => void): void {
  const network = subject.network();
  withWeights(network.parameters, (weights) => tidy(() => body(network, weights, subject.collate())));
}

function expectShape(what: string, { shape }: Tensor, expected: readonly number[]): void {
  check(`${shape}` === `${expected}`, `${what}: the shape is [${shape}], expected [${expected}]`);
}
