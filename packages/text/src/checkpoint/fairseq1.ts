import { ConfigError, fairseq, type NameMap } from '@d2v/core';
import { tokenInputs } from './inputs.js';

const { decay, flag, number, record, targets } = fairseq;

/** fairseq's data2vec 1 text model (reference: data2vec1.md §5, checkpoints.md §5.2). */
export const fairseqData2vec1: NameMap = {
  config: (foreign) => {
    const transformer = record(foreign, 'transformer');
    const encoder = record(transformer, 'encoder');
    checkSupported(transformer, encoder);
    const dropout = number(transformer, 'dropout', 0.1);
    return {
      encoder: {
        vocabulary: foreign.vocab_size,
        maxTokens: transformer.max_source_positions ?? foreign.max_positions,
        padding: number(foreign, 'pad_idx', 1),
        maskToken: foreign.mask_idx ?? null,
        positions: encoder.learned_pos === false ? 'sinusoidal' : 'learned',
        embeddingNorm: flag(transformer, 'layernorm_embedding'),
        scaleEmbedding: !flag(transformer, 'no_scale_embedding'),
        dropout,
        zeroPadding: true,
        mask: { strategy: 'bert' },
      },
      backbone: {
        dim: encoder.embed_dim,
        depth: encoder.layers,
        heads: encoder.attention_heads,
        mlpRatio: number(encoder, 'ffn_embed_dim', 3072) / number(encoder, 'embed_dim', 768),
        normEpsilon: 1e-5,
        dropout: {
          attention: number(transformer, 'attention_dropout', 0.1),
          projection: dropout,
          activation: number(transformer, 'activation_dropout', 0),
          residual: dropout,
        },
        layerDrop: number(encoder, 'layerdrop', 0),
      },
      objective: {
        name: 'data2vec1',
        head: number(foreign, 'head_layers', 1),
        loss: { beta: foreign.loss_beta, scale: foreign.loss_scale ?? null },
        targets: targets(foreign),
        teacher: {
          decay: decay(foreign),
          share: flag(foreign, 'ema_transformer_layers_only') ? ['encoder.local'] : [],
        },
      },
    };
  },
  teacher: () => ({ stored: 'encoder._ema.', student: 'encoder.sentence_encoder.' }),
  inputs: tokenInputs,
  rules: [
    { from: /.*\.version|encoder\.lm_head\..*|.*embed_positions\._float_tensor/, to: null },
    { from: /^encoder\.sentence_encoder\.embed_tokens\.weight$/, to: 'encoder.local.embed_tokens.weight' },
    { from: /^encoder\.sentence_encoder\.embed_positions\.weight$/, to: 'encoder.local.embed_positions.weight' },
    { from: /^encoder\.sentence_encoder\.layernorm_embedding\.(weight|bias)$/, to: 'encoder.local.norm.$1' },
    ...fairseq.layerRules(String.raw`encoder\.sentence_encoder\.layers`),
    { from: /^encoder\.regression_head\.0\.weight$/, to: 'head.0.weight', layout: 'linear' },
    { from: /^encoder\.regression_head\.0\.bias$/, to: 'head.0.bias' },
    { from: /^encoder\.regression_head\.2\.weight$/, to: 'head.1.weight', layout: 'linear' },
    { from: /^encoder\.regression_head\.2\.bias$/, to: 'head.1.bias' },
  ],
};

/** @throws ConfigError for what no published text model has */
function checkSupported(transformer: fairseq.Config, encoder: fairseq.Config): void {
  const unsupported = [
    flag(encoder, 'normalize_before') && 'normalize_before',
    !['gelu', undefined].includes(transformer.activation_fn as string | undefined) && 'activation_fn',
    encoder.layers_to_keep && 'layers_to_keep',
  ].find(Boolean);
  if (!unsupported) return;
  throw new ConfigError(`fairseq's option ${String(unsupported)} has a value that is not supported`, {
    hint: 'the published text model has post-norm blocks with GELU',
  });
}
