import { Tensor } from '@tensorflow/tfjs-core';

/** Numbers to compare: a tensor, or its values row by row. */
export type Values = Tensor | ArrayLike<number>;

/** `actual` may differ from `expected` by `atol + rtol·|expected|`. */
export interface Tolerance {
  /** Default 1e-5. */
  readonly rtol?: number;
  /** Default 1e-6. */
  readonly atol?: number;
}

/**
 * Fails unless every element of `actual` is as close to `expected` as the tolerance allows; two tensors must also have
 * the same shape. A NaN equals nothing, an infinity itself. Disposes nothing.
 *
 * @throws Error naming the first element that differs, and the worst
 */
export function expectAllclose(actual: Values, expected: Values, tolerance: Tolerance = {}): void {
  const { rtol = 1e-5, atol = 1e-6 } = tolerance;
  if (actual instanceof Tensor && expected instanceof Tensor && `${actual.shape}` !== `${expected.shape}`) {
    throw new Error(`expectAllclose: the shape is [${actual.shape}], expected [${expected.shape}]`);
  }
  const [got, want] = [valuesOf(actual), valuesOf(expected)];
  if (got.length !== want.length) {
    throw new Error(`expectAllclose: ${got.length} values, expected ${want.length}`);
  }
  const differs = (i: number): boolean =>
    got[i] !== want[i] && !(Math.abs(got[i]! - want[i]!) <= atol + rtol * Math.abs(want[i]!));
  const wrong = Array.from({ length: got.length }, (_, i) => i).filter(differs);
  if (wrong.length === 0) return;
  const distance = (i: number): number => Math.abs(got[i]! - want[i]!);
  const worst = wrong.reduce((a, b) => (distance(b) > distance(a) || Number.isNaN(distance(b)) ? b : a));
  const show = (i: number): string => `element ${at(i, actual, expected)} is ${got[i]}, expected ${want[i]}`;
  throw new Error(
    `expectAllclose: ${wrong.length} of ${got.length} values differ by more than ${atol} + ${rtol}·|expected|: ` +
      `${show(wrong[0]!)}${worst === wrong[0] ? '' : `; worst: ${show(worst)}`}`,
  );
}

const valuesOf = (values: Values): ArrayLike<number> => (values instanceof Tensor ? values.dataSync() : values);

/** The place of a flat index: `[1, 0, 2]` where a shape is known. */
function at(index: number, ...values: Values[]): string {
  const known = values.find((each) => each instanceof Tensor);
  if (!known) return `[${index}]`;
  const place: number[] = [];
  let rest = index;
  for (const size of [...known.shape].reverse()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${place.join(', ')}]`;
}
