import { ShapeError, type HostBatch, type HostTensor, type RandomStream } from '@d2v/core';
import { z } from 'zod';
import { samplesOf, type ConvLayer } from '../encoder/lengths.js';

/** Mixing of labelled waveforms in fine-tuning (reference: data2vec1.md §4.7). */
export const mixupSchema = z.strictObject({
  probability: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('How likely a recording is mixed with another; 0: none is.'),
  least: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.5)
    .describe('Smallest share λ that a recording and its labels keep; λ is drawn between it and 1, one for a batch.'),
});

export type MixupOptions = z.output<typeof mixupSchema>;

/** A batch whose waveforms and labels are mixed. */
export interface MixedWaveforms {
  readonly batch: HostBatch;
  /** (B, classes) float32. */
  readonly labels: HostTensor;
}

/**
 * Mixup of waveforms: row i becomes (λ·row i + (1 − λ)·row j)/√(λ² + (1 − λ)²), j its partner in a random permutation, so
 * that normalised sounds keep their variance; its labels λ·y i + (1 − λ)·y j. A row whose partner is itself stays as it
 * is. A row keeps its own length: what a longer partner has beyond it is left out. A pure function of the stream's key;
 * its inputs are only read.
 *
 * @param labels (B, classes) float32
 * @param layers of the extractor, which decide how much of a padded row is real
 * @throws ShapeError when waveforms or labels are not float32 with B rows
 */
export function mixWaveforms(
  batch: HostBatch,
  labels: HostTensor,
  layers: readonly ConvLayer[],
  { probability, least }: MixupOptions,
  stream: RandomStream,
): MixedWaveforms {
  const { size, lengths } = batch;
  const waveforms = batch.inputs.waveforms!;
  const lambda = stream.uniform(least, 1);
  const partners = stream.permutation(size);
  const mixed = Array.from(partners, (partner, row) => stream.uniform() < probability && partner !== row);
  const [sounds, targets] = [rowsOf(waveforms, size), rowsOf(labels, size)];
  const energy = Math.sqrt(lambda ** 2 + (1 - lambda) ** 2);
  const samples = waveforms.shape[1]!;
  const mix = (rows: Rows, scale: number, countOf: (row: number) => number): HostTensor => {
    const data = rows.data.slice();
    for (let row = 0; row < size; row++) {
      if (!mixed[row]) continue;
      const [own, other] = [row * rows.width, partners[row]! * rows.width];
      const count = countOf(row);
      for (let i = 0; i < count; i++) {
        data[own + i] = (lambda * rows.data[own + i]! + (1 - lambda) * rows.data[other + i]!) / scale;
      }
    }
    return { data, shape: [size, rows.width] };
  };
  const real = (row: number): number => (lengths ? Math.min(samples, samplesOf(lengths[row]!, layers)) : samples);
  return {
    batch: { ...batch, inputs: { ...batch.inputs, waveforms: mix(sounds, energy, real) } },
    labels: mix(targets, 1, () => targets.width),
  };
}

interface Rows {
  readonly data: Float32Array;
  readonly width: number;
}

function rowsOf({ data, shape }: HostTensor, size: number): Rows {
  if (data instanceof Float32Array && shape.length === 2 && shape[0] === size) return { data, width: shape[1]! };
  throw new ShapeError(
    `mixWaveforms: float32 rows of (${size}, …) are needed, got ${data.constructor.name} of (${shape.join(', ')})`,
  );
}
