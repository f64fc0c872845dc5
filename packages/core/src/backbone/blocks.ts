import { add, mul, sub, tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import type { Context } from '../encoder/context.js';
import type { Scope } from '../weights/scope.js';
import { block, type AttentionInputs, type BlockOutput } from './block.js';
import type { BackboneConfig } from './config.js';

/** How a run of blocks goes: which drop path rates, which chance to be skipped, which outputs are wanted. */
export interface BlocksOptions {
  readonly config: BackboneConfig;
  /** Drop path rate of each block; its length is the number of blocks. */
  readonly dropPath: readonly number[];
  readonly layerDrop: number;
  /** Called with every block's result. */
  readonly collect?: (index: number, output: BlockOutput) => void;
}

/** A run of blocks `p.0`, `p.1`, …; `inputs(i)` gives block i its attention bias. */
export function runBlocks(
  p: Scope,
  x: Tensor3D,
  inputs: (index: number) => AttentionInputs,
  { config, dropPath, layerDrop, collect }: BlocksOptions,
  context: Context,
): Tensor3D {
  dropPath.forEach((rate, i) => {
    const noise = context.noise?.fork(`block${i}`);
    const before = x;
    const output = block(p.at(`${i}`), x, inputs(i), config, rate, { ...context, noise });
    x = noise && layerDrop > 0 ? skipAtRandom(before, output.x, layerDrop, { noise }) : output.x;
    collect?.(i, { x, feedForward: output.feedForward });
  });
  return x;
}

/** Layer drop: one draw for the whole batch decides between a block's output and its input. */
function skipAtRandom(before: Tensor3D, after: Tensor3D, rate: number, { noise }: Context): Tensor3D {
  return tidy(() => {
    const kept = noise!.fork('layer').bernoulli(1 - rate, [1, 1, 1]);
    return add(mul(after, kept), mul(before, sub(1, kept)));
  });
}

/**
 * Drop path rates of the prenet and the shared blocks (reference: data2vec2.md §8.1): d = linspace(0, max, depth), the
 * prenet ramps to d[prenet − 1], the shared blocks from d[prenet] to d[depth − 1].
 */
export function dropPathRates({ depth, prenetDepth, dropPath }: BackboneConfig): {
  prenet: number[];
  shared: number[];
} {
  const ramp = linspace(0, dropPath, depth);
  const at = (i: number): number => ramp[Math.min(i, depth - 1)]!;
  return {
    prenet: prenetDepth === 0 ? [] : linspace(0, at(prenetDepth - 1), prenetDepth),
    shared: linspace(at(prenetDepth), at(depth - 1), depth),
  };
}

function linspace(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (count === 1 ? from : from + ((to - from) * i) / (count - 1)));
}
