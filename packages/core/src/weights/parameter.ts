import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * How a parameter is drawn at the start; `truncatedNormal` is cut at ±`limit` standard deviations (default 1), and
 * `zeroRow` of a normal matrix is set to 0 (the padding row of an embedding).
 */
export type Initialiser =
  | { kind: 'zeros' }
  | { kind: 'ones' }
  | { kind: 'constant'; value: number }
  | { kind: 'normal'; std: number; zeroRow?: number }
  | { kind: 'truncatedNormal'; std: number; limit?: number }
  | { kind: 'uniform'; low: number; high: number }
  | { kind: 'values'; values: Float32Array };

/** One named tensor of a model. */
export interface ParameterSpec {
  readonly shape: readonly number[];
  readonly init: Initialiser;
  /** Whether weight decay applies under the recipe "no decay on biases, norms, tokens and tables"; default: rank ≥ 2. */
  readonly decay?: boolean;
  /** false: a fixed table; no gradient, no update, and a teacher copies it instead of averaging. */
  readonly trainable?: boolean;
}

/** Parameter name (dotted, as in PyTorch) → specification. */
export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

/** Parameter name → tensor: the one representation of a model's weights, a teacher's, a gradient's. */
export type Weights = Readonly<Record<string, Tensor>>;

/** Names of the parameters that learn. */
export function trainableNames(specs: ParameterSpecs): string[] {
  return Object.keys(specs).filter((name) => specs[name]!.trainable !== false);
}

/** `specs` with every name behind `prefix.`. */
export function within(prefix: string, specs: ParameterSpecs): ParameterSpecs {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [`${prefix}.${name}`, spec]));
}
