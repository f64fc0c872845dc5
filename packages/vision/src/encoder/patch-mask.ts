import { blockMask2d, ConfigError, inverseBlockMask2d, randomMask, type RandomStream } from '@d2v/core';
import { blockwiseMask } from '../mask/blockwise.js';
import type { MaskConfig } from './config.js';

/**
 * The mask generator of a configuration for a grid of patches.
 *
 * @throws ConfigError when the configuration would hide every patch, or none
 */
export function patchMask(grid: readonly [number, number], config: MaskConfig): (stream: RandomStream) => Uint8Array {
  const patches = grid[0] * grid[1];
  switch (config.strategy) {
    case 'inverseBlock':
    case 'block': {
      checkCounts(patches, config.ratio);
      const options = { maskProb: config.ratio, maskProbAdjust: config.adjust, maskLength: config.length };
      const draw = config.strategy === 'block' ? blockMask2d : inverseBlockMask2d;
      return (stream) => draw(grid, options, stream);
    }
    case 'random':
      checkCounts(patches, config.ratio);
      return (stream) => randomMask(patches, config.ratio, stream);
    case 'blockwise': {
      if (config.patches >= patches) {
        throw new ConfigError(
          `encoder.mask.patches is ${config.patches}, but the image has only ${patches} patches: nothing would stay visible`,
          {
            key: 'encoder.mask.patches',
            hint: `60 % is ${Math.round(0.6 * patches)}`,
          },
        );
      }
      const options = {
        maxMasked: config.patches,
        minArea: config.minPatches,
        maxArea: config.maxPatches ?? patches,
        minAspect: config.minAspect,
      };
      return (stream) => blockwiseMask(grid, options, stream);
    }
  }
}

function checkCounts(patches: number, ratio: number): void {
  const visible = Math.floor(patches * (1 - ratio));
  if (visible > 0 && visible < patches) return;
  throw new ConfigError(
    `encoder.mask.ratio ${ratio} of ${patches} patches leaves ${visible} visible; both visible and hidden patches are needed`,
    { key: 'encoder.mask.ratio', hint: `use at most ${(1 - 1 / patches).toFixed(3)}, or smaller patches` },
  );
}
