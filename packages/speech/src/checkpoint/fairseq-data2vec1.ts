import { ConfigError, fairseq, type NameMap, type NameRule } from '@d2v/core';
import { extractor, extractorRules, recogniserRules, waveforms } from './foreign.js';

const { decay, flag, number, targets } = fairseq;
const LINEAR = { layout: 'linear' } as const;

/** fairseq's data2vec 1 speech model (reference: checkpoints.md §5.1). */
export const fairseqData2vec1: NameMap = {
  config(foreign) {
    refuse(foreign);
    const preNorm = flag(foreign, 'layer_norm_first');
    const dropout = foreign.dropout;
    return {
      encoder: {
        extractor: {
          ...extractor(foreign, 'conv_feature_layers'),
          bias: flag(foreign, 'conv_bias'),
          gradientScale: foreign.feature_grad_mult,
        },
        inputDropout: foreign.dropout_input,
        positions: positions(foreign),
        alibi: { scale: 'off' },
        contextNorm: !preNorm,
        padding: 'first',
        timeMaskFill: 'zero',
        ...(number(foreign, 'mask_prob') > 0 && { mask: spanMask(foreign) }),
      },
      backbone: {
        dim: foreign.encoder_embed_dim,
        depth: foreign.encoder_layers,
        heads: foreign.encoder_attention_heads,
        mlpRatio: number(foreign, 'encoder_ffn_embed_dim') / number(foreign, 'encoder_embed_dim'),
        norm: preNorm ? 'pre' : 'post',
        normEpsilon: 1e-5,
        finalNorm: preNorm,
        dropout: {
          context: dropout,
          attention: foreign.attention_dropout,
          projection: dropout,
          activation: foreign.activation_dropout,
          residual: dropout,
        },
        layerDrop: foreign.encoder_layerdrop,
      },
      objective: {
        name: 'data2vec1',
        head: 1,
        loss: { beta: foreign.loss_beta, scale: foreign.loss_scale ?? null },
        targets: targets(foreign),
        teacher: { decay: decay(foreign), share: sharedParameters(foreign) },
        collapse: { minTargetVar: foreign.min_target_var, minPredVar: foreign.min_pred_var },
      },
    };
  },
  teacher: (foreign) => ({ stored: '_ema.', student: wholeTeacher(foreign) ? '' : 'encoder.' }),
  inputs: waveforms((foreign) => extractor(foreign, 'conv_feature_layers') as never),
  rules: rules('encoder.norm'),
  rulesFor: (foreign) => rules(flag(foreign, 'layer_norm_first') ? 'norm' : 'encoder.norm'),
};

function refuse(foreign: fairseq.Config): void {
  const wrong = (key: string, right: string): ConfigError =>
    new ConfigError(`${key} ${JSON.stringify(foreign[key])} is not supported`, {
      key,
      hint: `every published model has ${right}`,
    });
  if ((foreign.layer_type ?? 'transformer') !== 'transformer') throw wrong('layer_type', 'layer_type: transformer');
  if ((foreign.activation_fn ?? 'gelu') !== 'gelu') throw wrong('activation_fn', 'activation_fn: gelu');
  if (number(foreign, 'adp_num', -1) > 0) throw wrong('adp_num', 'no adapters');
}

/** One convolution with weight norm, or `pos_conv_depth` with layer norm, whose kernels share the width `conv_pos`. */
function positions(foreign: fairseq.Config): Record<string, unknown> {
  const layers = number(foreign, 'pos_conv_depth', 1);
  const width = number(foreign, 'conv_pos', 128);
  const groups = foreign.conv_pos_groups;
  if (layers <= 1) return { layers: 1, kernel: width, groups, weightNorm: true };
  return { layers, kernel: Math.max(3, Math.floor(width / layers)), groups };
}

function spanMask(foreign: fairseq.Config): Record<string, unknown> {
  return {
    strategy: 'span',
    prob: foreign.mask_prob,
    length: foreign.mask_length,
    lengths: foreign.mask_selection,
    other: foreign.mask_other,
    overlap: !flag(foreign, 'no_mask_overlap'),
    minSpace: foreign.mask_min_space,
    dropout: foreign.mask_dropout,
    sameCount: foreign.require_same_masks === false ? 'none' : 'subset',
  };
}

const wholeTeacher = (foreign: fairseq.Config): boolean =>
  !flag(foreign, 'ema_layers_only') && foreign.ema_transformer_only === false;

function sharedParameters(foreign: fairseq.Config): string[] {
  if (flag(foreign, 'ema_layers_only')) return ['encoder.local', 'encoder.positions'];
  return wholeTeacher(foreign) ? [] : ['encoder.local'];
}

/** @param norm our name of `encoder.layer_norm`: it comes before the first block, or in pre-norm models after the last */
function rules(norm: string): NameRule[] {
  return [
    ...recogniserRules,
    ...extractorRules('feature_extractor'),
    { from: /^layer_norm\.(weight|bias)$/, to: 'encoder.local.norm.$1' },
    { from: /^post_extract_proj\.weight$/, to: 'encoder.local.projection.weight', ...LINEAR },
    { from: /^post_extract_proj\.bias$/, to: 'encoder.local.projection.bias' },
    { from: /^mask_emb$/, to: 'encoder.mask_token', layout: 'token' },
    // A stack of convolutions has two numbers, the single one with weight norm one.
    { from: /^encoder\.pos_conv\.(\d+)\.0\.weight$/, to: 'encoder.positions.$1.weight', layout: 'conv1d' },
    { from: /^encoder\.pos_conv\.(\d+)\.0\.bias$/, to: 'encoder.positions.$1.bias' },
    { from: /^encoder\.pos_conv\.0\.weight_v$/, to: 'encoder.positions.0.weight', layout: 'conv1d' },
    { from: /^encoder\.pos_conv\.0\.weight_g$/, to: 'encoder.positions.0.gain', layout: 'conv1d' },
    { from: /^encoder\.pos_conv\.0\.parametrizations\.weight\.original1$/, to: 'encoder.positions.0.weight', layout: 'conv1d' }, // prettier-ignore
    { from: /^encoder\.pos_conv\.0\.parametrizations\.weight\.original0$/, to: 'encoder.positions.0.gain', layout: 'conv1d' }, // prettier-ignore
    { from: /^encoder\.pos_conv\.0\.bias$/, to: 'encoder.positions.0.bias' },
    { from: /^encoder\.layer_norm\.(weight|bias)$/, to: `${norm}.$1` },
    ...fairseq.layerRules(String.raw`encoder\.layers`),
    { from: /^final_proj\.weight$/, to: 'head.0.weight', ...LINEAR },
    { from: /^final_proj\.bias$/, to: 'head.0.bias' },
  ];
}
