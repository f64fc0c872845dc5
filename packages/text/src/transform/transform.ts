import { SampleError, type Mode, type Transform } from '@d2v/core';
import { z } from 'zod';
import type { EncoderConfig } from '../encoder/config.js';
import type { SignalItem, SignalSample } from '../signal.js';

export const transformSchema = z.strictObject({
  standardise: z
    .boolean()
    .default(true)
    .describe('Shift and scale each channel of a window to mean 0 and deviation 1.'),
  noise: z.number().min(0).default(0).describe('Standard deviation of the noise that training adds, after that.'),
});

export type TransformOptions = z.output<typeof transformSchema>;

/**
 * Recording → window of at most `length` steps: a random one in training, the middle one otherwise.
 *
 * Errors when applied: SampleError for a recording that is not whole steps of `channels` values.
 */
export function createTransform(
  { standardise, noise }: TransformOptions,
  { channels, length }: Pick<EncoderConfig, 'channels' | 'length'>,
  mode: Mode,
): Transform<SignalItem, SignalSample> {
  const training = mode !== 'evaluate';
  return async (item, stream) => {
    const steps = item.values.length / channels;
    if (!Number.isInteger(steps)) {
      throw new SampleError(item.name, `has ${item.values.length} values, which are no whole steps of ${channels}`, {
        hint: 'set encoder.channels to the values of a time step',
      });
    }
    const spare = Math.max(0, steps - length);
    const start = training ? stream.below(spare + 1) : Math.floor(spare / 2);
    const values = item.values.slice(start * channels, (start + Math.min(steps, length)) * channels);
    if (standardise) for (let c = 0; c < channels; c++) standardiseChannel(values, c, channels);
    if (training && noise > 0) values.forEach((value, i) => (values[i] = value + noise * stream.normal()));
    return Promise.resolve({ ...item, values });
  };
}

/** Mean 0, deviation 1; a constant channel becomes 0. */
function standardiseChannel(values: Float32Array, channel: number, channels: number): void {
  const steps = values.length / channels;
  let [sum, squares] = [0, 0];
  for (let i = channel; i < values.length; i += channels) sum += values[i]!;
  const mean = sum / steps;
  for (let i = channel; i < values.length; i += channels) squares += (values[i]! - mean) ** 2;
  const deviation = Math.sqrt(squares / steps);
  for (let i = channel; i < values.length; i += channels)
    values[i] = deviation > 0 ? (values[i]! - mean) / deviation : 0;
}
