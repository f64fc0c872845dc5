import { ConfigError, type HostTensors, type NameMap, type NameRule } from '@d2v/core';

/** A fairseq configuration: nested records of plain values under fairseq's own key names. */
type Foreign = Readonly<Record<string, unknown>>;

const number = (source: Foreign, key: string, fallback = 0): number => (source[key] ?? fallback) as number;
const flag = (source: Foreign, key: string): boolean => source[key] === true;
const record = (source: Foreign, key: string): Foreign => (source[key] ?? {}) as Foreign;

const LINEAR = { layout: 'linear' } as const;
const BLOCK = String.raw`(\d+)\.`;

/** fairseq's port of the data2vec 1 vision model (reference: checkpoints.md §5.4). */
export const fairseqData2vec1: NameMap = {
  config: (foreign) => ({
    encoder: {
      imageSize: foreign.image_size,
      patchSize: foreign.patch_size,
      channels: foreign.in_channels,
      positions: 'relative',
      contextNorm: false,
      initialisation: 'beit',
      mask: {
        strategy: 'blockwise',
        patches: foreign.num_mask_patches,
        minPatches: foreign.min_mask_patches_per_block,
        maxPatches: foreign.max_mask_patches_per_block,
      },
    },
    backbone: {
      dim: foreign.embed_dim,
      depth: foreign.depth,
      heads: foreign.num_heads,
      mlpRatio: foreign.mlp_ratio,
      norm: 'pre',
      normEpsilon: 1e-5,
      finalNorm: true,
      qkvBias: 'noKey',
      layerScale: foreign.layer_scale_init_value || null,
      attentionBias: flag(foreign, 'shared_rel_pos_bias') ? 'shared' : 'perBlock',
      initialisation: 'beit',
      dropout: { attention: foreign.attention_dropout },
      dropPath: foreign.drop_path,
    },
    objective: {
      name: 'data2vec1',
      head: 0, // the port creates final_proj and never applies it
      loss: { beta: foreign.loss_beta, scale: foreign.loss_scale ?? null },
      targets: targets(foreign),
      teacher: { decay: decay(foreign), share: ['encoder.local', 'encoder.extra_tokens'] },
    },
  }),
  teacher: () => ({ stored: '_ema.', student: 'encoder.' }),
  inputs: images,
  rules: [
    { from: /.*\.relative_position_index|final_proj\..*/, to: null },
    { from: /^patch_embed\.conv\.weight$/, to: 'encoder.local.weight', layout: 'conv2d' },
    { from: /^patch_embed\.conv\.bias$/, to: 'encoder.local.bias' },
    { from: /^cls_emb$/, to: 'encoder.extra_tokens' },
    { from: /^mask_emb$/, to: 'encoder.mask_token' },
    { from: /^encoder\.rel_pos_bias\.relative_position_bias_table$/, to: 'encoder.relative_bias' },
    {
      from: new RegExp(`^encoder\\.blocks\\.${BLOCK}attn\\.rel_pos_bias\\.relative_position_bias_table$`),
      to: 'blocks.$1.attn.relative_bias',
    },
    { from: new RegExp(`^encoder\\.blocks\\.${BLOCK}mlp\\.0\\.weight$`), to: 'blocks.$1.mlp.fc1.weight', ...LINEAR },
    { from: new RegExp(`^encoder\\.blocks\\.${BLOCK}mlp\\.0\\.bias$`), to: 'blocks.$1.mlp.fc1.bias' },
    { from: new RegExp(`^encoder\\.blocks\\.${BLOCK}mlp\\.2\\.weight$`), to: 'blocks.$1.mlp.fc2.weight', ...LINEAR },
    { from: new RegExp(`^encoder\\.blocks\\.${BLOCK}mlp\\.2\\.bias$`), to: 'blocks.$1.mlp.fc2.bias' },
    ...blockRules('encoder\\.blocks\\.', 'blocks.'),
    { from: /^encoder\.norm\.(weight|bias)$/, to: 'norm.$1' },
  ],
};

/** fairseq's data2vec 2 model with its image encoder (reference: checkpoints.md §6). */
export const fairseqData2vec2: NameMap = {
  config: (foreign) => {
    if (flag(foreign, 'layer_norm_first') || foreign.norm_affine === false) {
      throw new ConfigError("data2vec 2's pre-norm blocks and norms without affine parameters are not supported", {
        hint: 'every published model has layer_norm_first: false and norm_affine: true',
      });
    }
    const image = record(record(foreign, 'modalities'), 'image');
    const decoder = record(image, 'decoder');
    if (flag(image, 'transformer_decoder') || flag(image, 'enc_dec_transformer')) {
      throw new ConfigError('transformer decoders are not supported', {
        hint: 'every published model has a convolutional decoder',
      });
    }
    return {
      encoder: {
        imageSize: image.input_size,
        patchSize: image.patch_size,
        channels: image.in_chans,
        positions: flag(image, 'use_alibi_encoder') ? 'alibi' : flag(image, 'fixed_positions') ? 'sinCos' : 'learned',
        learnedAlibiScale: flag(image, 'learned_alibi_scale'),
        extraTokens: image.num_extra_tokens,
        extraTokenStd: flag(image, 'init_extra_token_zero') ? 0 : 1,
        mask: patchMask(image),
      },
      backbone: {
        dim: foreign.embed_dim,
        depth: foreign.depth,
        prenetDepth: image.prenet_depth,
        heads: foreign.num_heads,
        mlpRatio: foreign.mlp_ratio,
        normEpsilon: foreign.norm_eps,
        dropout: {
          input: foreign.dropout_input,
          context: image.prenet_dropout,
          attention: foreign.attention_dropout,
          projection: foreign.encoder_dropout,
          activation: foreign.activation_dropout,
          mlp: foreign.activation_dropout,
          residual: foreign.post_mlp_drop,
        },
        dropPath: foreign.end_drop_path_rate,
        layerDrop: foreign.layerdrop,
        prenetLayerDrop: image.prenet_layerdrop,
      },
      objective: {
        name: 'data2vec2',
        masks: foreign.clone_batch,
        keepMasked: image.keep_masked_pct,
        maskNoise: image.mask_noise_std,
        decoder: {
          width: decoder.decoder_dim,
          layers: decoder.decoder_layers,
          kernel: decoder.decoder_kernel,
          groups: decoder.decoder_groups,
          residual: decoder.decoder_residual,
          projectionLayers: decoder.projection_layers,
          projectionRatio: decoder.projection_ratio,
          inputDropout: decoder.input_dropout,
          positions: flag(decoder, 'add_positions_all')
            ? 'all'
            : flag(decoder, 'add_positions_masked')
              ? 'masked'
              : 'none',
        },
        loss: { beta: foreign.loss_beta, scale: foreign.loss_scale ?? null },
        regression: foreign.d2v_loss,
        clsLoss: foreign.cls_loss,
        reconstruction: foreign.recon_loss,
        targets: targets(foreign),
        teacher: { decay: decay(foreign), share: sharedParameters(foreign, image) },
        collapse: { minTargetVar: foreign.min_target_var, minPredVar: foreign.min_pred_var },
      },
    };
  },
  teacher: (foreign) => ({ stored: '_ema.', student: flag(foreign, 'ema_encoder_only') ? 'blocks.' : '' }),
  inputs: images,
  rules: [
    { from: /^modality_encoders\.IMAGE\.local_encoder\.proj\.weight$/, to: 'encoder.local.weight', layout: 'conv2d' },
    { from: /^modality_encoders\.IMAGE\.local_encoder\.proj\.bias$/, to: 'encoder.local.bias' },
    { from: /^modality_encoders\.IMAGE\.extra_tokens$/, to: 'encoder.extra_tokens' },
    { from: /^modality_encoders\.IMAGE\.alibi_scale$/, to: 'encoder.alibi_scale' },
    { from: /^modality_encoders\.IMAGE\.fixed_positional_encoder\.positions$/, to: 'encoder.positions' },
    { from: /^modality_encoders\.IMAGE\.context_encoder\.norm\.(weight|bias)$/, to: 'encoder.norm.$1' },
    ...blockRules('modality_encoders\\.IMAGE\\.context_encoder\\.blocks\\.', 'encoder.blocks.'),
    {
      from: /^modality_encoders\.IMAGE\.decoder\.blocks\.(\d+)\.0\.weight$/,
      to: 'decoder.blocks.$1.weight',
      layout: 'conv2d',
    },
    { from: /^modality_encoders\.IMAGE\.decoder\.blocks\.(\d+)\.0\.bias$/, to: 'decoder.blocks.$1.bias' },
    { from: /^modality_encoders\.IMAGE\.decoder\.proj(?:\.0)?\.weight$/, to: 'decoder.proj.0.weight', ...LINEAR },
    { from: /^modality_encoders\.IMAGE\.decoder\.proj(?:\.0)?\.bias$/, to: 'decoder.proj.0.bias' },
    { from: /^modality_encoders\.IMAGE\.decoder\.proj\.2\.weight$/, to: 'decoder.proj.1.weight', ...LINEAR },
    { from: /^modality_encoders\.IMAGE\.decoder\.proj\.2\.bias$/, to: 'decoder.proj.1.bias' },
    ...blockRules('blocks\\.', 'blocks.'),
    { from: /^recon_proj\.weight$/, to: 'recon.weight', ...LINEAR },
    { from: /^recon_proj\.bias$/, to: 'recon.bias' },
  ],
};

/** What both versions' blocks have in common; `foreign` is a pattern. */
function blockRules(foreign: string, ours: string): NameRule[] {
  const rule = (pattern: string, to: string, layout?: 'linear'): NameRule => ({
    from: new RegExp(`^${foreign}${BLOCK}${pattern}$`),
    to: `${ours}$1.${to}`,
    ...(layout ? { layout } : {}),
  });
  return [
    rule(String.raw`(attn\.qkv|attn\.proj|mlp\.fc1|mlp\.fc2)\.weight`, '$2.weight', 'linear'),
    rule(String.raw`(attn\.qkv|attn\.proj|mlp\.fc1|mlp\.fc2)\.bias`, '$2.bias'),
    rule(String.raw`(attn\.[qv]_bias|gamma_[12])`, '$2'),
    rule(String.raw`(norm[12])\.(weight|bias)`, '$2.$3'),
  ];
}

function targets(foreign: Foreign): Record<string, unknown> {
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

function decay(foreign: Foreign): Record<string, unknown> {
  return { start: foreign.ema_decay, end: foreign.ema_end_decay, updates: foreign.ema_anneal_end_step };
}

function sharedParameters(foreign: Foreign, image: Foreign): string[] {
  if (flag(foreign, 'ema_encoder_only')) return ['encoder'];
  return flag(image, 'ema_local_encoder') ? [] : ['encoder.local'];
}

function patchMask(image: Foreign): Record<string, unknown> {
  const ratio = number(image, 'mask_prob');
  if (number(image, 'mask_length', 1) <= 1) return { strategy: 'random', ratio };
  const block = { ratio, adjust: image.mask_prob_adjust, length: image.mask_length };
  return { strategy: flag(image, 'inverse_mask') ? 'inverseBlock' : 'block', ...block };
}

/** Channels-first images → the encoder's layout. */
function images({ input }: HostTensors): { inputs: HostTensors } {
  const [size, channels, height, width] = input!.shape as [number, number, number, number];
  const data = new Float32Array(input!.data.length);
  const plane = height * width;
  for (let n = 0; n < size; n++) {
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < plane; i++)
        data[(n * plane + i) * channels + c] = input!.data[(n * channels + c) * plane + i]!;
    }
  }
  return { inputs: { images: { data, shape: [size, height, width, channels] } } };
}
