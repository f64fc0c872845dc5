import { readFileSync } from 'node:fs';
import { Safetensors } from '@d2v/core';
import type { CtcReduction } from '../../src/ctc/index.js';

/** One batch of the fixture and what PyTorch makes of it; see fixtures/make-ctc-fixture.py. */
export interface CtcCase {
  readonly name: string;
  readonly logits: Float32Array;
  readonly shape: [batch: number, frames: number, classes: number];
  readonly labels: Int32Array;
  readonly longest: number;
  readonly inputLengths: Int32Array;
  readonly labelLengths: Int32Array;
  readonly blank: number;
  readonly zeroInfinity: boolean;
  readonly reduction: CtcReduction;
  /** (B), or one value where there is a reduction. */
  readonly losses: Float32Array;
  /** Of Σ_b (b + 1)·loss_b, or of the one loss. */
  readonly gradients: Float32Array;
}

const SCALES = [1 / 64, 1 / 16, 1 / 4, 1, 8];
const REDUCTIONS: readonly CtcReduction[] = ['none', 'sum', 'mean'];

export function readCases(): CtcCase[] {
  const file = new URL('fixtures/ctc.safetensors', import.meta.url);
  const tensors = new Safetensors(readFileSync(file), 'ctc.safetensors');
  const ints = (name: string) => taker(tensors.get(name).data as Int32Array);
  const floats = (name: string) => taker(tensors.get(name).data as Float32Array);
  const [logits, labels, inputLengths, labelLengths] = [
    ints('logits'),
    ints('labels'),
    ints('input_lengths'),
    ints('label_lengths'),
  ];
  const [losses, gradients] = [floats('losses'), floats('gradients')];
  const columns = 8;
  const rows = tensors.get('cases').data;
  return Array.from({ length: rows.length / columns }, (_, i) => {
    const row = rows.subarray(i * columns, (i + 1) * columns);
    const [batch, frames, classes, longest, blank, scale, zeroInfinity, reduction] = row;
    const size = batch! * frames! * classes!;
    return {
      name: `case ${i}: B=${batch} T=${frames} V=${classes} L=${longest}`,
      logits: Float32Array.from(logits(size), (value) => value * SCALES[scale!]!),
      shape: [batch!, frames!, classes!],
      labels: labels(batch! * longest!),
      longest: longest!,
      inputLengths: inputLengths(batch!),
      labelLengths: labelLengths(batch!),
      blank: blank!,
      zeroInfinity: zeroInfinity === 1,
      reduction: REDUCTIONS[reduction!]!,
      losses: losses(reduction === 0 ? batch! : 1),
      gradients: gradients(size),
    };
  });
}

/** Takes parts of an array one after the other. */
function taker<T extends Int32Array | Float32Array>(values: T): (count: number) => T {
  let at = 0;
  return (count) => values.slice(at, (at += count)) as T;
}
