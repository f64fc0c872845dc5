import { concat, reshape, split, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { Weights } from '@d2v/core';
import type { ParameterGroup, ParameterGroups } from './groups.js';

/** Parameters of at most this many values are bundled: an op on them costs more to start than to run. */
const SMALL = 16_384;

/** A bundle's name → the parameters that it holds, in order. A parameter alone keeps its own name. */
export type Bundles = Readonly<Record<string, readonly string[]>>;

/**
 * Small parameters that the optimizer treats alike, as one vector: its arithmetic works element by element, so the
 * result is the same, and a Transformer's many biases and norms cost one op where they cost dozens.
 */
export function bundleParameters(params: Weights, groups: ParameterGroups = {}): Bundles {
  const bundles: Record<string, string[]> = {};
  for (const [name, { size }] of Object.entries(params)) {
    (bundles[size > SMALL ? name : bundleName(groups[name])] ??= []).push(name);
  }
  return bundles;
}

const bundleName = (group?: ParameterGroup): string =>
  group
    ? `bundle of scale ${group.scale}${group.decay ? '' : ' without decay'}${group.late ? ', late' : ''}`
    : 'bundle';

/** The groups of bundles: that of their parameters. */
export function bundleGroups(bundles: Bundles, groups: ParameterGroups): ParameterGroups {
  return Object.fromEntries(Object.entries(bundles).map(([bundle, [first]]) => [bundle, groups[first!]!]));
}

/** Parameters → bundles, new tensors that the caller disposes. */
export function pack(weights: Weights, bundles: Bundles): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(bundles).map(([bundle, names]) => [
      bundle,
      names.length === 1
        ? weights[names[0]!]!.clone()
        : tidy(() => concat(names.map((name) => inShape(weights[name]!, [weights[name]!.size])))),
    ]),
  );
}

/** Bundles → parameters of the shapes in `like`, new tensors that the caller disposes. */
export function unpack(packed: Weights, bundles: Bundles, like: Weights): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(bundles).flatMap(([bundle, names]) => {
      if (names.length === 1) return [[names[0]!, packed[bundle]!.clone()]];
      const sizes = names.map((name) => like[name]!.size);
      const parts = tidy(() => split(packed[bundle]!, sizes).map((part, i) => inShape(part, like[names[i]!]!.shape)));
      return names.map((name, i): [string, Tensor] => [name, parts[i]!]);
    }),
  );
}

/** As `reshape`, which costs an op even for the many vectors that have the shape already. */
const inShape = (x: Tensor, shape: number[]): Tensor => (x.rank === 1 && shape.length === 1 ? x : reshape(x, shape));
