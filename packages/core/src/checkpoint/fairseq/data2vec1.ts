import type { NameRule } from '../name-map.js';

/**
 * The names of fairseq's own Transformer layers `from.N.`, which data2vec 1 has for speech and text: query, key and
 * value have a matrix each (reference: checkpoints.md §5.1).
 *
 * @param from a pattern
 */
export function layerRules(from: string): NameRule[] {
  const rule = (pattern: string, to: string, more?: Partial<NameRule>): NameRule => ({
    from: new RegExp(`^${from}\\.(\\d+)\\.${pattern}$`),
    to: `blocks.$1.${to}`,
    ...more,
  });
  const linear = (theirs: string, ours: string, more?: Partial<NameRule>): NameRule[] => [
    rule(String.raw`${theirs}\.weight`, `${ours}.weight`, { layout: 'linear', ...more }),
    rule(String.raw`${theirs}\.bias`, `${ours}.bias`, more),
  ];
  return [
    ...['q', 'k', 'v'].flatMap((name, index) =>
      linear(String.raw`self_attn\.${name}_proj`, 'attn.qkv', { part: { index, of: 3 } }),
    ),
    ...linear(String.raw`self_attn\.out_proj`, 'attn.proj'),
    ...linear('fc1', 'mlp.fc1'),
    ...linear('fc2', 'mlp.fc2'),
    rule(String.raw`self_attn_layer_norm\.(weight|bias)`, 'norm1.$2'),
    rule(String.raw`final_layer_norm\.(weight|bias)`, 'norm2.$2'),
  ];
}
