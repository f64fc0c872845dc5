import { dispose, tensor } from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';
import { fillNormal, fillTruncatedNormal, fillUniform } from '../random/fill.js';
import type { RandomStream } from '../random/stream.js';
import type { Initialiser, ParameterSpecs, Weights } from './parameter.js';

/** Truncation below this many standard deviations would reject almost every draw. */
const SMALLEST_LIMIT = 0.01;

/**
 * Draws a model's starting weights, float32. Each parameter has its own fork of `stream`, named like the parameter, so
 * that adding or removing one changes no other. The caller disposes the tensors.
 *
 * @throws ConfigError naming the parameter whose shape or initialiser cannot be drawn
 */
export function initialise(specs: ParameterSpecs, stream: RandomStream): Weights {
  const weights: Record<string, Weights[string]> = {};
  try {
    for (const [name, { shape, init }] of Object.entries(specs)) {
      check(name, shape, init);
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
      fill(values, init, stream.fork(name));
      if (init.kind === 'normal' && init.zeroRow !== undefined) {
        const width = values.length / shape[0]!;
        values.fill(0, init.zeroRow * width, (init.zeroRow + 1) * width);
      }
      weights[name] = tensor(values, [...shape], 'float32');
    }
  } catch (error) {
    dispose(weights);
    throw error;
  }
  return weights;
}

function fill(values: Float32Array, init: Initialiser, stream: RandomStream): void {
  switch (init.kind) {
    case 'zeros':
      return;
    case 'ones':
      values.fill(1);
      return;
    case 'constant':
      values.fill(init.value);
      return;
    case 'normal':
      return fillNormal(stream, values, init.std);
    case 'truncatedNormal':
      return fillTruncatedNormal(stream, values, init.std, init.limit ?? 1);
    case 'uniform':
      return fillUniform(stream, values, init.low, init.high);
    case 'values':
      values.set(init.values);
      return;
  }
}

function check(name: string, shape: readonly number[], init: Initialiser): void {
  if (!shape.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new ConfigError(`initialise: parameter '${name}' has the shape [${shape.join(', ')}]`, {
      hint: 'sizes are whole numbers ≥ 0; a size that was computed from the configuration may have a remainder',
    });
  }
  if (init.kind === 'values') {
    const size = shape.reduce((product, axis) => product * axis, 1);
    if (init.values.length === size) return;
    throw new ConfigError(
      `initialise: parameter '${name}' has the shape [${shape.join(', ')}], got ${init.values.length} values for it`,
    );
  }
  const numbers = Object.values(init).filter((value) => typeof value === 'number');
  const limit = init.kind === 'truncatedNormal' ? (init.limit ?? 1) : 1;
  const negative = 'std' in init && init.std < 0;
  const reversed = init.kind === 'uniform' && init.low > init.high;
  if (numbers.some((value) => Number.isNaN(value)) || negative || reversed || limit < SMALLEST_LIMIT) {
    throw new ConfigError(`initialise: parameter '${name}' cannot be drawn from ${JSON.stringify(init)}`, {
      hint: `std ≥ 0, low ≤ high, limit ≥ ${SMALLEST_LIMIT} standard deviations`,
    });
  }
}
