import { flag, type Config } from './values.js';

/** Which tensors make the targets and how they are normalised: the same keys in both versions. */
export function targets(foreign: Config): Record<string, unknown> {
  return {
    topK: foreign.average_top_k_layers,
    tensor: flag(foreign, 'end_of_block_targets') ? 'block' : 'feedForward',
    layers: {
      batchNorm: flag(foreign, 'batch_norm_target_layer'),
      instanceNorm: flag(foreign, 'instance_norm_target_layer'),
      groupNorm: flag(foreign, 'group_norm_target_layer'),
      layerNorm: flag(foreign, 'layer_norm_target_layer'),
    },
    average: {
      layerNorm: flag(foreign, 'layer_norm_targets'),
      instanceNorm: flag(foreign, 'instance_norm_targets'),
    },
  };
}

/** The schedule of the teacher's decay: the same keys in both versions. */
export function decay(foreign: Config): Record<string, unknown> {
  return { start: foreign.ema_decay, end: foreign.ema_end_decay, updates: foreign.ema_anneal_end_step };
}
