import { ConfigError, fairseq, type HostTensors, type NameMap } from '@d2v/core';

const { decay, flag, number, targets } = fairseq;
const LINEAR = { layout: 'linear' } as const;
const BLOCK = String.raw`^encoder\.blocks\.(\d+)\.`;
const rule = fairseq.modalityRule('IMAGE');

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
      from: new RegExp(`${BLOCK}attn\\.rel_pos_bias\\.relative_position_bias_table$`),
      to: 'blocks.$1.attn.relative_bias',
    },
    { from: new RegExp(`${BLOCK}mlp\\.0\\.weight$`), to: 'blocks.$1.mlp.fc1.weight', ...LINEAR },
    { from: new RegExp(`${BLOCK}mlp\\.0\\.bias$`), to: 'blocks.$1.mlp.fc1.bias' },
    { from: new RegExp(`${BLOCK}mlp\\.2\\.weight$`), to: 'blocks.$1.mlp.fc2.weight', ...LINEAR },
    { from: new RegExp(`${BLOCK}mlp\\.2\\.bias$`), to: 'blocks.$1.mlp.fc2.bias' },
    ...fairseq.blockRules(String.raw`encoder\.blocks`, 'blocks'),
    { from: /^encoder\.norm\.(weight|bias)$/, to: 'norm.$1' },
  ],
};

/** fairseq's data2vec 2 model with its image encoder (reference: checkpoints.md §6). */
export const fairseqData2vec2: NameMap = {
  config: (foreign) => {
    const image = fairseq.modality(foreign, 'image');
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
      ...fairseq.data2vec2Sections(foreign, image),
    };
  },
  teacher: fairseq.data2vec2Teacher,
  inputs: images,
  rules: [
    rule(String.raw`local_encoder\.proj\.weight`, 'encoder.local.weight', { layout: 'conv2d' }),
    rule(String.raw`local_encoder\.proj\.bias`, 'encoder.local.bias'),
    rule('alibi_scale', 'encoder.alibi_scale'),
    rule(String.raw`fixed_positional_encoder\.positions`, 'encoder.positions'),
    ...fairseq.data2vec2Rules('IMAGE', 'conv2d'),
    { from: /^recon_proj\.weight$/, to: 'recon.weight', ...LINEAR },
    { from: /^recon_proj\.bias$/, to: 'recon.bias' },
  ],
};

function patchMask(image: fairseq.Config): Record<string, unknown> {
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
