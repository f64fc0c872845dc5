import {
  createNetwork,
  initialise,
  parseModelConfig,
  RandomStream,
  uploadBatch,
  type Network,
  type Weights,
} from '../../src/index.js';
import { add, type Tensor3D } from '@tensorflow/tfjs-core';
import { random } from '../ops/values.js';
import { toyPlugin, type ToySample } from './toy.js';

/** A small network over the toy encoder. */
export function toyNetwork(encoder: object = {}, backbone: object = {}): Network {
  const plugin = toyPlugin();
  return createNetwork(
    plugin,
    parseModelConfig(plugin, { encoder, backbone: { dim: 16, heads: 4, depth: 2, ...backbone } }),
  );
}

/** Weights that are nowhere 0 or 1, the same for the same names. Call in a tidy. */
export function anyWeights(specs: Network['parameters']): Weights {
  const drawn = initialise(specs, new RandomStream(['toy']));
  return Object.fromEntries(Object.entries(drawn).map(([name, w]) => [name, add(w, random(w.shape, name, 0.2))]));
}

/** Features of samples, nothing masked: (N, E + T, D). Call in a tidy. */
export function featuresOf(network: Network, weights: Weights, samples: readonly ToySample[]): Tensor3D {
  const { inputs, real } = uploadBatch({ batch: network.encoder.collate(samples), drawn: {} });
  return network.features(weights, inputs, real).x;
}
