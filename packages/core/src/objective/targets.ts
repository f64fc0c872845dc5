import { add, div, mean, mul, rsqrt, square, sub, tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { BlockOutput } from '../backbone/block.js';

const flag = () => z.boolean().default(false);

/** Which tensors make the target and how they are normalised (reference: data2vec1.md §2.2–2.3, data2vec2.md §5.2). */
export const targetsSchema = z.strictObject({
  topK: z.number().int().positive().default(8).describe('How many of the last blocks are averaged (K).'),
  tensor: z
    .enum(['feedForward', 'block'])
    .default('feedForward')
    .describe("The MLP's output before its residual, or the block's output."),
  layers: z
    .strictObject({
      batchNorm: flag().describe('Per channel over samples and tokens.'),
      instanceNorm: flag().describe('Per sample and channel over tokens.'),
      groupNorm: flag().describe('Per sample over tokens and channels.'),
      layerNorm: flag().describe('Per token over channels.'),
    })
    .prefault({})
    .describe('Normalisation of each tensor before averaging, in this order.'),
  average: z
    .strictObject({
      layerNorm: flag().describe('Per token over channels.'),
      instanceNorm: flag().describe('Per sample and channel over tokens.'),
    })
    .prefault({})
    .describe('Normalisation of the average, in this order.'),
});

export type TargetsConfig = z.infer<typeof targetsSchema>;

const EPSILON = 1e-5;
const BATCH = [0, 1];
const INSTANCE = [1];
const GROUP = [1, 2];
const LAYER = [2];

/**
 * The teacher's target: the last K tensors, each normalised without learned parameters, averaged, normalised again.
 *
 * @param blocks results of the shared blocks
 * @param select takes the extra tokens off: (B, E + T, D) → (B, T, D)
 * @returns (B, T, D)
 */
export function makeTargets(
  blocks: readonly BlockOutput[],
  { topK, tensor, layers, average }: TargetsConfig,
  select: (x: Tensor3D) => Tensor3D,
): Tensor3D {
  return tidy(() => {
    const wanted = blocks.slice(-topK).map((output) => select(tensor === 'block' ? output.x : output.feedForward));
    const normal = wanted.map((x) => {
      let y = x;
      if (layers.batchNorm) y = standardise(y, BATCH);
      if (layers.instanceNorm) y = standardise(y, INSTANCE);
      if (layers.groupNorm) y = standardise(y, GROUP);
      if (layers.layerNorm) y = standardise(y, LAYER);
      return y;
    });
    let y = div(
      normal.reduce((sum, x) => add(sum, x)),
      normal.length,
    ) as Tensor3D;
    if (average.layerNorm) y = standardise(y, LAYER);
    if (average.instanceNorm) y = standardise(y, INSTANCE);
    return y;
  });
}

/** (x − μ)/√(σ² + ε) with biased variance over the given axes. */
function standardise(x: Tensor3D, axes: number[]): Tensor3D {
  const centred = sub(x, mean(x, axes, true));
  return mul(centred, rsqrt(add(mean(square(centred), axes, true), EPSILON)));
}
