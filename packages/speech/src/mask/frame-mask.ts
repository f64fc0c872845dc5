import { blockMask1d, ConfigError, randomMask, type RandomStream } from '@d2v/core';
import type { MaskConfig } from './schema.js';
import { spanMask } from './span.js';

/**
 * Which frames of an utterance are hidden. At least one is and at least one is not, however short the utterance.
 *
 * @returns (frames), 1 = masked
 * @throws ConfigError for an utterance of a single frame
 */
export function frameMask(frames: number, config: MaskConfig, stream: RandomStream): Uint8Array {
  if (frames < 2) {
    throw new ConfigError(`encoder.mask: an utterance of ${frames} frame cannot be masked`, {
      key: 'encoder.mask',
      hint: 'leave out shorter utterances: pre-training needs at least 2 frames, and 1 s or more to learn from',
    });
  }
  const mask = place(frames, config, stream);
  if (mask.every((hidden) => hidden === mask[0])) mask[stream.fork('least').below(frames)] = 1 - mask[0]!;
  return mask;
}

function place(frames: number, config: MaskConfig, stream: RandomStream): Uint8Array {
  switch (config.strategy) {
    case 'span':
      return spanMask(frames, config, stream);
    case 'random':
      return randomMask(frames, config.ratio, stream);
    case 'block': {
      const { ratio, adjust, length, inverse, dropout } = config;
      const options = { maskProb: ratio, maskProbAdjust: adjust, maskLength: length, maskDropout: dropout, inverse };
      return blockMask1d(frames, options, stream);
    }
  }
}
