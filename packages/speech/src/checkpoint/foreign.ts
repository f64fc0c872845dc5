import { ConfigError, type fairseq, type NameMap, type NameRule } from '@d2v/core';
import { waveformInputs } from '../encoder/index.js';
import { readLayers } from './layer-spec.js';

/** The extractor's options; `layersKey` is where its layers are. */
export function extractor(source: fairseq.Config, layersKey: string): { layers: unknown; norm: 'layer' | 'group' } {
  const mode = source.extractor_mode ?? 'default';
  if (mode !== 'default' && mode !== 'layer_norm') {
    throw new ConfigError(`extractor_mode ${JSON.stringify(mode)} is neither default nor layer_norm`, {
      key: 'extractor_mode',
    });
  }
  return { layers: readLayers(source[layersKey], layersKey), norm: mode === 'layer_norm' ? 'layer' : 'group' };
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
export function waveforms(read: (foreign: fairseq.Config) => Parameters<typeof waveformInputs>[2]): NameMap['inputs'] {
  return ({ input, padding_mask: padding }, config) => {
    const [size, steps] = input!.shape as [number, number];
    const isPadding = padding ? Uint8Array.from(padding.data) : new Uint8Array(size * steps);
    const lengths = Array.from({ length: size }, (_, row) =>
      isPadding.subarray(row * steps, (row + 1) * steps).reduce((real, padded) => real - padded, steps),
    );
    return waveformInputs(Float32Array.from(input!.data), lengths, read(config), Array<number>(size).fill(steps));
  };
}
