import { mul, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { valueAndGradients } from '../ops/differentiable.js';
import { expectAllclose } from './expect-allclose.js';

export interface CheckGradientOptions {
  /** Distance h of the finite differences; default 1/32. */
  readonly step?: number;
  /** Tolerance as a share of the largest gradient of an input; default 1e-3. */
  readonly rtol?: number;
  /** Absolute tolerance; default 1e-4. */
  readonly atol?: number;
}

/**
 * Compares the gradient of L = Σᵢ cᵢ·f(x)ᵢ, cᵢ = cos(1 + 2i), with finite differences, for every element of every input:
 *
 *     dL/dx ≈ (8·(L(x + h) − L(x − h)) − (L(x + 2h) − L(x − 2h))) / 12h
 *
 * The sum over f is taken in double precision and h is a power of two, so that what float32 rounds away of f stays far
 * below the tolerance for values of magnitude 1. Keep inputs at least 2h from where f has a kink. Disposes nothing that
 * it is given.
 *
 * @throws Error naming the input and the element whose gradient is wrong
 */
export function checkGradient(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: CheckGradientOptions = {},
): void {
  const { step = 1 / 32, rtol = 1e-3, atol = 1e-4 } = options;
  const gradients = analytic(f, inputs);
  inputs.forEach((input, k) => {
    const numeric = finiteDifferences((x) => f(...inputs.map((each, i) => (i === k ? x : each))), input, step);
    const scale = numeric.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    try {
      expectAllclose(gradients[k]!, numeric, { rtol: 0, atol: atol + rtol * scale });
    } catch (cause) {
      const shape = `input ${k} of shape [${input.shape}]`;
      throw new Error(`checkGradient: ${shape}, gradient against finite differences: ${(cause as Error).message}`, {
        cause,
      });
    }
  });
}

const weightOf = (i: number): number => Math.cos(1 + 2 * i);

function analytic(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): Float32Array[] {
  const { value, gradients } = valueAndGradients(() => {
    const y = f(...inputs);
    const weights = Float32Array.from({ length: y.size }, (_, i) => weightOf(i));
    return sum(mul(y, tensor(weights, y.shape)));
  }, [...inputs]);
  value.dispose();
  return inputs.map(({ size, shape }, k) => {
    const gradient = gradients[k];
    if (!gradient) return new Float32Array(size);
    if (`${gradient.shape}` !== `${shape}`) {
      throw new Error(`checkGradient: input ${k} has the shape [${shape}], its gradient [${gradient.shape}]`);
    }
    const values = gradient.dataSync<'float32'>();
    gradient.dispose();
    return values;
  });
}

function finiteDifferences(f: (x: Tensor) => Tensor, input: Tensor, step: number): Float64Array {
  const values = input.dataSync<'float32'>().slice();
  const loss = (i: number, offset: number): number => {
    const moved = values.slice();
    moved[i]! += offset;
    const y = tidy(() => f(tensor(moved, input.shape)).dataSync<'float32'>());
    return y.reduce((total, value, j) => total + weightOf(j) * value, 0);
  };
  return Float64Array.from(values, (_, i) => {
    const near = loss(i, step) - loss(i, -step);
    const far = loss(i, 2 * step) - loss(i, -2 * step);
    return (8 * near - far) / (12 * step);
  });
}
