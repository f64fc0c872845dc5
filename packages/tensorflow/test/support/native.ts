import * as tf from '@tensorflow/tfjs';
import { loadTensorFlow } from '../../src/load.js';

tf.env().set('IS_TEST', true); // no advertisement for tfjs-node when values are compared with the cpu backend's

const outcome: unknown = await loadTensorFlow().catch((error: unknown) => error);
const reason = outcome instanceof Error ? outcome : undefined;

/**
 * A test of native TensorFlow. Where none loads, it tests instead that loading names a reason and what to do, so that a
 * machine without it never passes for one that has it.
 */
export function nativeTest(name: string, run: () => void | Promise<void>): void {
  test(name, async () => {
    if (reason) {
      expect(reason).toMatchObject({ name: 'BackendError', hint: expect.stringContaining('d2v setup') });
      expect(reason.message).toMatch(/^native TensorFlow is (not installed|installed but does not load)/);
      return;
    }
    await tf.setBackend('tensorflow');
    await run();
  });
}

/** Expects `compute` to give the same values, shape and type on native TensorFlow and on the cpu backend. */
export async function expectSameAsCpu(compute: () => tf.Tensor | tf.Tensor[], tolerance = 1e-5): Promise<void> {
  const native = evaluate(compute);
  await tf.setBackend('cpu');
  const cpu = evaluate(compute);
  await tf.setBackend('tensorflow');
  expect(native.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    cpu.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  native.forEach(({ values }, i) => {
    const scale = Math.max(1, ...cpu[i]!.values.map(Math.abs));
    values.forEach((value, j) => expect(Math.abs(value - cpu[i]!.values[j]!)).toBeLessThanOrEqual(tolerance * scale));
  });
}

function evaluate(compute: () => tf.Tensor | tf.Tensor[]): { shape: number[]; dtype: string; values: number[] }[] {
  return tf.tidy(() =>
    [compute()]
      .flat()
      .map((tensor) => ({ shape: tensor.shape, dtype: tensor.dtype, values: Array.from(tensor.dataSync()) })),
  );
}

/** Deterministic values in about [-1, 1]. */
export function values(shape: number[], phase = 0): tf.Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(1.7 * i + phase)),
    shape,
  );
}
