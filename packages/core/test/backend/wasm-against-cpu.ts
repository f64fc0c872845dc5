import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-cpu';
import type { WasmBackend } from '../../src/backend/wasm/backend.js';
import { installWasmKernels } from '../../src/backend/wasm/index.js';
import { RandomStream } from '../../src/random/stream.js';

type NumericType = 'float32' | 'int32' | 'bool';

/** A tensor on the host, uploaded to each backend in turn. */
export interface Host {
  readonly data: Float32Array | Int32Array | Uint8Array;
  readonly shape: number[];
  readonly dtype: NumericType;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, axis) => product * axis, 1);

/** Uniform in [-1, 1). */
export function floats(shape: number[], seed = 1): Host {
  const stream = new RandomStream(['floats', seed, ...shape]);
  return { data: Float32Array.from({ length: sizeOf(shape) }, () => stream.uniform(-1, 1)), shape, dtype: 'float32' };
}

/** Integers in [low, high). */
export function ints(shape: number[], low: number, high: number, seed = 1): Host {
  const stream = new RandomStream(['ints', seed, ...shape]);
  return {
    data: Int32Array.from({ length: sizeOf(shape) }, () => low + stream.below(high - low)),
    shape,
    dtype: 'int32',
  };
}

export function bools(shape: number[], seed = 1): Host {
  const stream = new RandomStream(['bools', seed, ...shape]);
  return { data: Uint8Array.from({ length: sizeOf(shape) }, () => stream.below(2)), shape, dtype: 'bool' };
}

/** Values of any dtype, for operations that only move them. */
export function anything(dtype: NumericType, shape: number[], seed = 1): Host {
  return dtype === 'float32' ? floats(shape, seed) : dtype === 'int32' ? ints(shape, -9, 9, seed) : bools(shape, seed);
}

/** Starts the wasm backend with our kernels and makes it the current one. */
export async function useWasm(): Promise<WasmBackend> {
  installWasmKernels();
  await tf.setBackend('wasm');
  return tf.backend() as unknown as WasmBackend;
}

interface Result {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: number[];
}

const upload = ({ data, shape, dtype }: Host): tf.Tensor => tf.tensor(data, shape, dtype);
const download = (x: tf.Tensor): Result => ({ shape: x.shape, dtype: x.dtype, values: Array.from(x.dataSync()) });

/** What an operation on tensors gives. */
export type Operation = (...x: never[]) => tf.Tensor | tf.Tensor[];

/** The results of `f` on one backend; wasm stays the current one. */
export async function valuesOn(backend: 'cpu' | 'wasm', f: Operation, inputs: readonly Host[]): Promise<Result[]> {
  await tf.setBackend(backend);
  try {
    return tf.tidy(() => {
      const results = f(...(inputs.map(upload) as never[]));
      return (Array.isArray(results) ? results : [results]).map(download) as never;
    });
  } finally {
    await tf.setBackend('wasm');
  }
}

/** The gradients of Σᵢ sin(i + 1) f(x)ᵢ with respect to every float32 input. */
export async function gradientsOn(backend: 'cpu' | 'wasm', f: Operation, inputs: readonly Host[]): Promise<Result[]> {
  await tf.setBackend(backend);
  try {
    return tf.tidy(() => {
      const tensors = inputs.map(upload);
      const variable = tensors.filter((x) => x.dtype === 'float32');
      const loss = (...values: tf.Tensor[]): tf.Scalar => {
        let next = 0;
        const results = f(...(tensors.map((x) => (x.dtype === 'float32' ? values[next++] : x)) as never[]));
        const terms = (Array.isArray(results) ? results : [results]).map((y) => {
          const weights = Float32Array.from({ length: y.size }, (_, i) => Math.sin(i + 1));
          return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)));
        });
        return tf.addN(terms).asScalar();
      };
      return tf.grads(loss)(variable).map(download) as never;
    });
  } finally {
    await tf.setBackend('wasm');
  }
}

/** Rounding of float32 sums of some thousand terms of magnitude 1. */
const TOLERANCE = 2e-5;

export function expectClose(actual: readonly Result[], expected: readonly Result[]): void {
  expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  actual.forEach(({ values }, k) => {
    const wanted = expected[k]!.values;
    const wrong = values.findIndex((value, i) => {
      const want = wanted[i]!;
      return !Object.is(value, want) && !(Math.abs(value - want) <= TOLERANCE * (1 + Math.abs(want)));
    });
    if (wrong >= 0) {
      throw new Error(
        `result ${k} of shape [${actual[k]!.shape}]: element ${wrong} is ${values[wrong]}, expected ${wanted[wrong]}`,
      );
    }
  });
}

/** `f` gives the same values on wasm as on cpu. */
export async function expectSameValues(f: Operation, ...inputs: Host[]): Promise<void> {
  expectClose(await valuesOn('wasm', f, inputs), await valuesOn('cpu', f, inputs));
}

/** `f` gives the same values and gradients on wasm as on cpu. */
export async function expectSameValuesAndGradients(f: Operation, ...inputs: Host[]): Promise<void> {
  await expectSameValues(f, ...inputs);
  expectClose(await gradientsOn('wasm', f, inputs), await gradientsOn('cpu', f, inputs));
}
