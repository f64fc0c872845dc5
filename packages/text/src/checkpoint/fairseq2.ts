import { ConfigError, type NameMap, type NameRule } from '@d2v/core';
import { decay, flag, number, record, targets, tokenInputs, type Foreign } from './foreign.js';

const TEXT = String.raw`^modality_encoders\.TEXT\.`;

/** fairseq's data2vec 2 model with its text encoder (reference: data2vec2.md, checkpoints.md §6). */
export const fairseqData2vec2: NameMap = {
  config: (foreign) => {
    const text = record(record(foreign, 'modalities'), 'text');
    const decoder = record(text, 'decoder');
    checkSupported(foreign, text, decoder);
    return { encoder: encoder(foreign, text), backbone: backbone(foreign, text), objective: objective(foreign, text) };
  },
  teacher: (foreign) => ({ stored: '_ema.', student: flag(foreign, 'ema_encoder_only') ? 'blocks.' : '' }),
  inputs: tokenInputs,
  rules: [
    { from: /.*embed_positions\._float_tensor/, to: null },
    rule('local_encoder\\.embed_(tokens|positions)\\.weight', 'encoder.local.embed_$1.weight'),
    rule('local_encoder\\.layernorm_embedding\\.(weight|bias)', 'encoder.local.norm.$1'),
    rule('extra_tokens', 'encoder.extra_tokens'),
    rule('alibi_scale', 'encoder.alibi_scale'),
    rule('context_encoder\\.norm\\.(weight|bias)', 'encoder.norm.$1'),
    ...blockRules(`${TEXT}context_encoder\\.blocks\\.`, 'encoder.blocks.'),
    rule('decoder\\.blocks\\.(\\d+)\\.0\\.weight', 'decoder.blocks.$1.weight', 'conv1d'),
    rule('decoder\\.blocks\\.(\\d+)\\.0\\.bias', 'decoder.blocks.$1.bias'),
    rule('decoder\\.proj(?:\\.0)?\\.weight', 'decoder.proj.0.weight', 'linear'),
    rule('decoder\\.proj(?:\\.0)?\\.bias', 'decoder.proj.0.bias'),
    rule('decoder\\.proj\\.2\\.weight', 'decoder.proj.1.weight', 'linear'),
    rule('decoder\\.proj\\.2\\.bias', 'decoder.proj.1.bias'),
    ...blockRules('^blocks\\.', 'blocks.'),
  ],
};

function rule(theirs: string, to: string, layout?: NameRule['layout']): NameRule {
  return { from: new RegExp(`${TEXT}${theirs}$`), to, ...(layout && { layout }) };
}

function blockRules(theirs: string, ours: string): NameRule[] {
  const block = (pattern: string, to: string, layout?: 'linear'): NameRule => ({
    from: new RegExp(`${theirs}(\\d+)\\.${pattern}$`),
    to: `${ours}$1.${to}`,
    ...(layout && { layout }),
  });
  return [
    block(String.raw`(attn\.qkv|attn\.proj|mlp\.fc1|mlp\.fc2)\.weight`, '$2.weight', 'linear'),
    block(String.raw`(attn\.qkv|attn\.proj|mlp\.fc1|mlp\.fc2)\.bias`, '$2.bias'),
    block(String.raw`(norm[12])\.(weight|bias)`, '$2.$3'),
  ];
}

function encoder(foreign: Foreign, text: Foreign): Record<string, unknown> {
  const positions = text.learned_pos === false ? 'sinusoidal' : 'learned';
  return {
    vocabulary: foreign.vocab_size,
    maxTokens: text.max_source_positions,
    padding: number(foreign, 'pad_idx', 1),
    positions: flag(text, 'no_token_positional_embeddings') ? 'none' : positions,
    embeddingNorm: flag(text, 'layernorm_embedding'),
    scaleEmbedding: !flag(text, 'no_scale_embedding'),
    dropout: text.dropout,
    alibi: flag(text, 'use_alibi_encoder')
      ? {
          learned: flag(text, 'learned_alibi_scale'),
          perHead: flag(text, 'learned_alibi_scale_per_head'),
          scale: number(text, 'alibi_scale', 1),
        }
      : null,
    extraTokens: text.num_extra_tokens,
    contextNorm: number(text, 'prenet_depth', 0) > 0,
    mask: { strategy: 'random', ratio: text.mask_prob },
  };
}

function backbone(foreign: Foreign, text: Foreign): Record<string, unknown> {
  return {
    dim: foreign.embed_dim,
    depth: foreign.depth,
    prenetDepth: text.prenet_depth,
    heads: foreign.num_heads,
    mlpRatio: foreign.mlp_ratio,
    normEpsilon: foreign.norm_eps,
    dropout: {
      input: foreign.dropout_input,
      context: text.prenet_dropout,
      attention: foreign.attention_dropout,
      projection: foreign.encoder_dropout,
      activation: foreign.activation_dropout,
      mlp: foreign.activation_dropout,
      residual: foreign.post_mlp_drop,
    },
    dropPath: foreign.end_drop_path_rate,
    layerDrop: foreign.layerdrop,
    prenetLayerDrop: text.prenet_layerdrop,
  };
}

function objective(foreign: Foreign, text: Foreign): Record<string, unknown> {
  const decoder = record(text, 'decoder');
  const shared = flag(foreign, 'ema_encoder_only')
    ? ['encoder']
    : flag(text, 'ema_local_encoder')
      ? []
      : ['encoder.local'];
  return {
    name: 'data2vec2',
    masks: foreign.clone_batch,
    keepMasked: text.keep_masked_pct,
    maskNoise: text.mask_noise_std,
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
    teacher: { decay: decay(foreign), share: shared },
    collapse: { minTargetVar: foreign.min_target_var, minPredVar: foreign.min_pred_var },
  };
}

/** @throws ConfigError for what no published text model has */
function checkSupported(foreign: Foreign, text: Foreign, decoder: Foreign): void {
  const unsupported = [
    flag(foreign, 'layer_norm_first') && 'layer_norm_first',
    foreign.norm_affine === false && 'norm_affine',
    number(foreign, 'recon_loss', 0) > 0 && 'recon_loss',
    flag(text, 'learned_alibi') && 'learned_alibi',
    flag(text, 'learned_alibi_scale_per_layer') && 'learned_alibi_scale_per_layer',
    flag(text, 'use_alibi_encoder') && text.num_alibi_heads !== foreign.num_heads && 'num_alibi_heads',
    number(text, 'mask_length', 1) > 1 && 'mask_length',
    flag(decoder, 'add_positions_all') && 'add_positions_all',
    flag(decoder, 'add_positions_masked') && 'add_positions_masked',
  ].find(Boolean);
  if (!unsupported) return;
  throw new ConfigError(`fairseq's option ${String(unsupported)} has a value that is not supported for text`, {
    hint: 'every published text model leaves it at its default',
  });
}
