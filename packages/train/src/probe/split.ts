import { RandomStream } from '@d2v/core';
import type { LabelledFeatures, ProbeData } from './data.js';

const HELD_OUT = 0.1;

/** A tenth of the training rows, on which what a probe leaves open is decided, and the rest. */
export function splitRows(size: number, seed: number): { heldOut: Int32Array; rest: Int32Array } {
  const held = Math.floor(size * HELD_OUT);
  const order = new RandomStream([seed, 'probe split']).permutation(size);
  return { heldOut: order.subarray(0, held), rest: order.subarray(held) };
}

/** The training set alone, its held-out tenth for a test set. */
export function rehearsal({ train, classes }: ProbeData, seed: number): ProbeData {
  const { heldOut, rest } = splitRows(train.size, seed);
  return { train: rowsOf(train, rest), test: rowsOf(train, heldOut), classes };
}

function rowsOf({ features, dim, labels }: LabelledFeatures, rows: Int32Array): LabelledFeatures {
  const chosen = new Float32Array(rows.length * dim);
  rows.forEach((row, i) => chosen.set(features.subarray(row * dim, (row + 1) * dim), i * dim));
  return { features: chosen, dim, size: rows.length, labels: Int32Array.from(rows, (row) => labels[row]!) };
}
