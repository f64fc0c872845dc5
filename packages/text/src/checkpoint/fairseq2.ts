import { ConfigError, fairseq, type NameMap } from '@d2v/core';
import { tokenInputs } from './inputs.js';

const { flag, number } = fairseq;
const rule = fairseq.modalityRule('TEXT');

/** fairseq's data2vec 2 model with its text encoder (reference: data2vec2.md, checkpoints.md §6). */
export const fairseqData2vec2: NameMap = {
  config: (foreign) => {
    const text = fairseq.modality(foreign, 'text');
    checkSupported(foreign, text);
    return { encoder: encoder(foreign, text), ...fairseq.data2vec2Sections(foreign, text) };
  },
  teacher: fairseq.data2vec2Teacher,
  inputs: tokenInputs,
  rules: [
    { from: /.*embed_positions\._float_tensor/, to: null },
    rule('local_encoder\\.embed_(tokens|positions)\\.weight', 'encoder.local.embed_$1.weight'),
    rule('local_encoder\\.layernorm_embedding\\.(weight|bias)', 'encoder.local.norm.$1'),
    rule('alibi_scale', 'encoder.alibi_scale'),
    ...fairseq.data2vec2Rules('TEXT', 'conv1d'),
  ],
};

function encoder(foreign: fairseq.Config, text: fairseq.Config): Record<string, unknown> {
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

/** @throws ConfigError for what no published text model has */
function checkSupported(foreign: fairseq.Config, text: fairseq.Config): void {
  const decoder = fairseq.record(text, 'decoder');
  const unsupported = [
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
