import { ConfigError, type NameMap, type NameRule } from '@d2v/core';
import { waveformInputs } from '../encoder/index.js';
import { readLayers } from './layer-spec.js';

/** A fairseq configuration: nested records of plain values under fairseq's own key names. */
export type Foreign = Readonly<Record<string, unknown>>;

export const number = (source: Foreign, key: string, fallback = 0): number => (source[key] ?? fallback) as number;
export const flag = (source: Foreign, key: string): boolean => source[key] === true;
export const record = (source: Foreign, key: string): Foreign => (source[key] ?? {}) as Foreign;

/** The extractor's options; `layersKey` is where its layers are. */
export function extractor(source: Foreign, layersKey: string): { layers: unknown; norm: 'layer' | 'group' } {
  const mode = source.extractor_mode ?? 'default';
  if (mode !== 'default' && mode !== 'layer_norm') {
    throw new ConfigError(`extractor_mode ${JSON.stringify(mode)} is neither default nor layer_norm`, {
      key: 'extractor_mode',
    });
  }
  return { layers: readLayers(source[layersKey], layersKey), norm: mode === 'layer_norm' ? 'layer' : 'group' };
}

/** What both versions' teachers and targets have in common. */
export function targets(foreign: Foreign): Record<string, unknown> {
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

export function decay(foreign: Foreign): Record<string, unknown> {
  return { start: foreign.ema_decay, end: foreign.ema_end_decay, updates: foreign.ema_anneal_end_step };
}

/** Rules of the linear layer that fairseq puts on a recogniser (reference: checkpoints.md §5.1). */
export const recogniserRules: readonly NameRule[] = [
  { from: /^w2v_encoder\.proj\.weight$/, to: 'head.weight', layout: 'linear' },
  { from: /^w2v_encoder\.proj\.bias$/, to: 'head.bias' },
];

/** Rules of the extractor behind the pattern `prefix`. */
export function extractorRules(prefix: string): NameRule[] {
  const layer = (pattern: string, to: string): NameRule => ({
    from: new RegExp(`^${prefix}\\.conv_layers\\.(\\d+)\\.${pattern}$`),
    to: `encoder.local.extractor.$1.${to}`,
  });
  return [
    { ...layer(String.raw`0\.weight`, 'weight'), layout: 'conv1d' },
    layer(String.raw`0\.bias`, 'bias'),
    layer(String.raw`2(?:\.1)?\.(weight|bias)`, 'norm.$2'),
  ];
}

/**
 * Waveforms and their padding → our inputs. Group norm counts padding, as fairseq's does.
 *
 * @param read the extractor's options from the foreign configuration
 */
export function waveforms(read: (foreign: Foreign) => Parameters<typeof waveformInputs>[2]): NameMap['inputs'] {
  return ({ input, padding_mask: padding }, config) => {
    const [size, steps] = input!.shape as [number, number];
    const isPadding = padding ? Uint8Array.from(padding.data) : new Uint8Array(size * steps);
    const lengths = Array.from({ length: size }, (_, row) =>
      isPadding.subarray(row * steps, (row + 1) * steps).reduce((real, padded) => real - padded, steps),
    );
    return waveformInputs(Float32Array.from(input!.data), lengths, read(config), Array<number>(size).fill(steps));
  };
}
