import { tidy } from '@tensorflow/tfjs-core';
import type { Network } from '../../encoder/network.js';
import { SampleError } from '../../errors.js';
import type { Weights } from '../../weights/parameter.js';
import { expectAllclose } from '../expect-allclose.js';
import { check, featureRows, rowOf, withBatch, withWeights, type Subject, type Tests } from './subject.js';

/** Float32 rounding of a few blocks, whatever order a backend adds in. */
const TOLERANCE = { rtol: 1e-3, atol: 1e-4 };

/** Samples do not see each other, nor padding; bad ones are refused. */
export const batching = (subject: Subject): Tests => ({
  [subject.pads
    ? "padding never changes a real token's features"
    : "the other samples of a batch never change a sample's features"]: () => {
    const network = subject.network();
    withWeights(network.parameters, (weights) => {
      const together = featureRows(network, weights, subject.samples);
      subject.samples.forEach((sample, i) => {
        const alone = featureRows(network, weights, [sample]);
        expectAllclose(rowOf(together, i), rowOf(alone, 0), TOLERANCE);
      });
    });
  },

  'the order of samples changes nothing but the order of features': () => {
    const network = subject.network();
    const last = subject.samples.length - 1;
    withWeights(network.parameters, (weights) => {
      const forwards = featureRows(network, weights, subject.samples);
      const backwards = featureRows(network, weights, [...subject.samples].reverse());
      subject.samples.forEach((_, i) => {
        expectAllclose(rowOf(backwards, last - i), rowOf(forwards, i), TOLERANCE);
      });
    });
  },

  'samples that differ have local features that differ': () => {
    const network = subject.network();
    withWeights(network.parameters, (weights) => {
      const [first, second] = [0, 1].map((i) => localFeatures(network, weights, subject.samples[i]));
      const differs = first!.some((value, i) => i < second!.length && Math.abs(value - second![i]!) > 1e-4);
      check(differs, 'the first two samples have the same local features; give samples that differ from the start');
    });
  },

  'a bad sample is refused with a SampleError that names it': () => {
    const bad = [emptied(subject.samples[0]), ...(subject.options.badSamples ?? [])];
    bad.forEach((sample, i) => {
      const which = i === 0 ? 'the first sample with its arrays emptied' : `badSamples[${i - 1}]`;
      try {
        subject.collate([subject.samples[0], sample]);
      } catch (error) {
        check(error instanceof SampleError, `${which}: collate threw ${String(error)}, expected a SampleError`);
        check(error.sample !== '', `${which}: the SampleError names no sample`);
        return;
      }
      throw new Error(`${which}: collate took it, expected a SampleError`);
    });
  },
});

function localFeatures(network: Network, weights: Weights, sample: unknown): Float32Array {
  const batch = network.encoder.collate([sample]);
  return withBatch({ batch, drawn: {} }, ({ inputs }) =>
    tidy(() => network.localFeatures(weights, inputs, {}).dataSync<'float32'>()),
  );
}

/** A copy of a sample without a single value: its arrays are empty. */
function emptied(sample: unknown): unknown {
  if (ArrayBuffer.isView(sample)) return new (sample.constructor as new (length: number) => unknown)(0);
  if (Array.isArray(sample)) return [];
  if (typeof sample !== 'object' || sample === null) return sample;
  const copy = Object.create(Object.getPrototypeOf(sample) as object) as Record<string, unknown>;
  for (const [key, value] of Object.entries(sample)) {
    copy[key] = ArrayBuffer.isView(value) || Array.isArray(value) ? emptied(value) : (value as unknown);
  }
  return copy;
}
