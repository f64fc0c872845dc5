import type { HostTensors } from '@d2v/core';
import type { CheckpointContents } from '../../src/checkpoint/index.js';

/** A small checkpoint whose tensors tell its update. */
export function contents(update: number, metrics: Record<string, number> = {}, size = 3): CheckpointContents {
  const weights = (value: number): HostTensors => ({
    'blocks.0.weight': { data: new Float32Array(size).fill(value), shape: [size] },
    'encoder.mask_token': { data: Float32Array.of(value + 0.5), shape: [1, 1, 1] },
  });
  return {
    state: {
      update,
      epoch: Math.floor(update / 10),
      position: (update % 10) * 32,
      counters: { samples: update * 32 },
      metrics,
      versions: { '@d2v/train': '0.0.0' },
    },
    groups: { student: async () => weights(update), teacher: async () => weights(-update) },
  };
}
