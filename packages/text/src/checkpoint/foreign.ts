import { ConfigError, type HostTensors } from '@d2v/core';

/** A fairseq configuration: nested records of plain values under fairseq's own key names. */
export type Foreign = Readonly<Record<string, unknown>>;

export const flag = (source: Foreign, key: string): boolean => source[key] === true;
export const record = (source: Foreign, key: string): Foreign => (source[key] ?? {}) as Foreign;
export const number = (source: Foreign, key: string, fallback: number): number => (source[key] ?? fallback) as number;

/** Which tensors make the targets and how they are normalised: the same keys in both versions. */
export function targets(foreign: Foreign): Record<string, unknown> {
  return {
    topK: foreign.average_top_k_layers,
    tensor: flag(foreign, 'end_of_block_targets') ? 'block' : 'feedForward',
    layers: {
      batchNorm: flag(foreign, 'batch_norm_target_layer'),
      instanceNorm: flag(foreign, 'instance_norm_target_layer'),
      layerNorm: flag(foreign, 'layer_norm_target_layer'),
    },
    average: {
      layerNorm: flag(foreign, 'layer_norm_targets'),
      instanceNorm: flag(foreign, 'instance_norm_targets'),
    },
  };
}

export function decay(foreign: Foreign): Record<string, unknown> {
  return { start: foreign.ema_decay, end: foreign.ema_end_decay, updates: foreign.ema_anneal_end_step };
}

/**
 * Token ids with their padding mask, 1 = padding, which must be on the right.
 *
 * @throws ConfigError for padding elsewhere
 */
export function tokenInputs({ input, padding_mask: padding }: HostTensors): {
  inputs: HostTensors;
  lengths?: readonly number[];
} {
  const [size, tokens] = input!.shape as [number, number];
  const inputs = { ids: { data: Int32Array.from(input!.data), shape: [size, tokens] } };
  if (!padding?.data.includes(1)) return { inputs };
  const lengths = Array.from({ length: size }, (_, row) => {
    const mask = padding.data.subarray(row * tokens, (row + 1) * tokens);
    const first = mask.indexOf(1);
    const length = first < 0 ? tokens : first;
    if (mask.subarray(length).includes(0)) {
      throw new ConfigError(`padding_mask: row ${row} has padding before a real token`, {
        hint: 'pad sequences on the right',
      });
    }
    return length;
  });
  return { inputs, lengths };
}
