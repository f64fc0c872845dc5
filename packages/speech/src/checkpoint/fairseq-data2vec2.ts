import { ConfigError, type NameMap, type NameRule } from '@d2v/core';
import {
  decay,
  extractor,
  extractorRules,
  flag,
  number,
  record,
  recogniserRules,
  targets,
  waveforms,
  type Foreign,
} from './foreign.js';

const LINEAR = { layout: 'linear' } as const;
const AUDIO = String.raw`modality_encoders\.AUDIO`;
/** More positional convolutions than any model has. */
const MOST_POSITIONAL = 32;

const audioOf = (foreign: Foreign): Foreign => record(record(foreign, 'modalities'), 'audio');

/** fairseq's data2vec 2 model with its audio encoder (reference: checkpoints.md §6). */
export const fairseqData2vec2: NameMap = {
  config(foreign) {
    const audio = audioOf(foreign);
    refuse(foreign, audio);
    const decoder = record(audio, 'decoder');
    return {
      encoder: {
        extractor: { ...extractor(audio, 'feature_encoder_spec'), gradientScale: audio.local_grad_mult },
        positions: positions(audio),
        alibi: alibi(foreign, audio),
        extraTokens: audio.num_extra_tokens,
        extraTokenStd: flag(audio, 'init_extra_token_zero') ? 0 : 1,
        padding: 'none',
        timeMaskFill: flag(audio, 'encoder_zero_mask') ? 'zero' : 'noise',
        ...(number(audio, 'mask_prob') > 0 && { mask: frameMask(audio) }),
      },
      backbone: {
        dim: foreign.embed_dim,
        depth: foreign.depth,
        prenetDepth: audio.prenet_depth,
        heads: foreign.num_heads,
        mlpRatio: foreign.mlp_ratio,
        normEpsilon: foreign.norm_eps,
        dropout: {
          input: foreign.dropout_input,
          context: audio.prenet_dropout,
          attention: foreign.attention_dropout,
          projection: foreign.encoder_dropout,
          activation: foreign.activation_dropout,
          mlp: foreign.activation_dropout,
          residual: foreign.post_mlp_drop,
        },
        dropPath: foreign.end_drop_path_rate,
        layerDrop: foreign.layerdrop,
        prenetLayerDrop: audio.prenet_layerdrop,
      },
      objective: {
        name: 'data2vec2',
        masks: foreign.clone_batch,
        keepMasked: audio.keep_masked_pct,
        maskNoise: audio.mask_noise_std,
        decoder: {
          width: decoder.decoder_dim,
          layers: decoder.decoder_layers,
          kernel: decoder.decoder_kernel,
          groups: decoder.decoder_groups,
          residual: decoder.decoder_residual,
          projectionLayers: decoder.projection_layers,
          projectionRatio: decoder.projection_ratio,
          inputDropout: decoder.input_dropout,
        },
        loss: { beta: foreign.loss_beta, scale: foreign.loss_scale ?? null },
        regression: foreign.d2v_loss,
        clsLoss: foreign.cls_loss,
        targets: targets(foreign),
        teacher: { decay: decay(foreign), share: sharedParameters(foreign, audio) },
        collapse: { minTargetVar: foreign.min_target_var, minPredVar: foreign.min_pred_var },
      },
    };
  },
  teacher: (foreign) => ({ stored: '_ema.', student: flag(foreign, 'ema_encoder_only') ? 'blocks.' : '' }),
  inputs: waveforms((foreign) => extractor(audioOf(foreign), 'feature_encoder_spec') as never),
  rules: rules('encoder.alibi_scale'),
  // A scale that does not learn is stored all the same; ours is in the configuration.
  rulesFor: (foreign) => rules(flag(audioOf(foreign), 'learned_alibi_scale') ? 'encoder.alibi_scale' : null),
};

function refuse(foreign: Foreign, audio: Foreign): void {
  const wrong = (what: string, published: string): ConfigError =>
    new ConfigError(`${what} not supported`, { hint: `every published model has ${published}` });
  if (flag(foreign, 'layer_norm_first') || foreign.norm_affine === false) {
    throw wrong(
      "data2vec 2's pre-norm blocks and norms without affine parameters are",
      'layer_norm_first: false and norm_affine: true',
    );
  }
  if (flag(audio, 'learned_alibi')) throw wrong('a learned ALiBi table is', 'learned_alibi: false');
  if (flag(audio, 'learned_alibi_scale_per_layer')) {
    throw wrong('an ALiBi scale per layer is', 'learned_alibi_scale_per_layer: false');
  }
  if (number(foreign, 'recon_loss') > 0) throw wrong('the reconstruction loss on waveforms is', 'recon_loss: 0');
}

function positions(audio: Foreign): Record<string, unknown> {
  const layers = number(audio, 'conv_pos_depth', 5);
  const kernel = Math.max(3, Math.floor(number(audio, 'conv_pos_width', 95) / layers));
  return { layers, kernel, groups: audio.conv_pos_groups, preNorm: flag(audio, 'conv_pos_pre_ln') };
}

function alibi(foreign: Foreign, audio: Foreign): Record<string, unknown> {
  if (!flag(audio, 'use_alibi_encoder')) return { scale: 'off' };
  const heads = number(audio, 'num_alibi_heads', 12);
  return {
    scale: flag(audio, 'learned_alibi_scale') ? 'learned' : 'fixed',
    initialScale: audio.alibi_scale,
    perHead: flag(audio, 'learned_alibi_scale_per_head'),
    heads: heads === foreign.num_heads ? null : heads,
  };
}

function frameMask(audio: Foreign): Record<string, unknown> {
  const ratio = audio.mask_prob;
  const length = number(audio, 'mask_length', 5);
  if (length <= 1) return { strategy: 'random', ratio };
  const inverse = flag(audio, 'inverse_mask');
  return { strategy: 'block', ratio, adjust: audio.mask_prob_adjust, length, inverse, dropout: audio.mask_dropout };
}

function sharedParameters(foreign: Foreign, audio: Foreign): string[] {
  if (flag(foreign, 'ema_encoder_only')) return ['encoder'];
  return flag(audio, 'ema_local_encoder') ? [] : ['encoder.local'];
}

/** @param alibi our name of the ALiBi scale; null where it does not learn */
function rules(alibi: string | null): NameRule[] {
  const audio = (pattern: string, to: string | null, more: Partial<NameRule> = {}): NameRule => ({
    from: new RegExp(`^${AUDIO}\\.${pattern}$`),
    to,
    ...more,
  });
  return [
    ...recogniserRules,
    ...extractorRules(`${AUDIO}\\.local_encoder`),
    audio(String.raw`project_features\.1\.(weight|bias)`, 'encoder.local.norm.$1'),
    audio(String.raw`project_features\.2\.weight`, 'encoder.local.projection.weight', LINEAR),
    audio(String.raw`project_features\.2\.bias`, 'encoder.local.projection.bias'),
    ...positionalRules(audio),
    audio('alibi_scale', alibi),
    audio('extra_tokens', 'encoder.extra_tokens'),
    audio(String.raw`context_encoder\.norm\.(weight|bias)`, 'encoder.norm.$1'),
    ...blockRules(`${AUDIO}\\.context_encoder\\.blocks\\.`, 'encoder.blocks.'),
    audio(String.raw`decoder\.blocks\.(\d+)\.0\.weight`, 'decoder.blocks.$1.weight', { layout: 'conv1d' }),
    audio(String.raw`decoder\.blocks\.(\d+)\.0\.bias`, 'decoder.blocks.$1.bias'),
    audio(String.raw`decoder\.proj(?:\.0)?\.weight`, 'decoder.proj.0.weight', LINEAR),
    audio(String.raw`decoder\.proj(?:\.0)?\.bias`, 'decoder.proj.0.bias'),
    // A projection of several layers alternates with GELU: 0, 2, 4, ….
    ...[1, 2, 3].flatMap((layer) => [
      audio(String.raw`decoder\.proj\.${2 * layer}\.weight`, `decoder.proj.${layer}.weight`, LINEAR),
      audio(String.raw`decoder\.proj\.${2 * layer}\.bias`, `decoder.proj.${layer}.bias`),
    ]),
    ...blockRules('blocks\\.', 'blocks.'),
  ];
}

/** fairseq counts the convolutions from 1, and nests them one deeper behind a layer norm. */
function positionalRules(audio: (pattern: string, to: string, more?: Partial<NameRule>) => NameRule): NameRule[] {
  const stack = String.raw`relative_positional_encoder`;
  return [
    audio(String.raw`${stack}\.0\.(weight|bias)`, 'encoder.positions.norm.$1'),
    ...Array.from({ length: MOST_POSITIONAL }, (_, i) => [
      audio(String.raw`${stack}\.(?:1\.)?${i + 1}\.0\.weight`, `encoder.positions.${i}.weight`, { layout: 'conv1d' }),
      audio(String.raw`${stack}\.(?:1\.)?${i + 1}\.0\.bias`, `encoder.positions.${i}.bias`),
    ]).flat(),
  ];
}

function blockRules(foreign: string, ours: string): NameRule[] {
  const rule = (pattern: string, to: string, more: Partial<NameRule> = {}): NameRule => ({
    from: new RegExp(`^${foreign}(\\d+)\\.${pattern}$`),
    to: `${ours}$1.${to}`,
    ...more,
  });
  return [
    rule(String.raw`(attn\.qkv|attn\.proj|mlp\.fc1|mlp\.fc2)\.weight`, '$2.weight', LINEAR),
    rule(String.raw`(attn\.qkv|attn\.proj|mlp\.fc1|mlp\.fc2)\.bias`, '$2.bias'),
    rule(String.raw`(norm[12])\.(weight|bias)`, '$2.$3'),
  ];
}
