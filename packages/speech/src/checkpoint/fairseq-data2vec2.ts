import { ConfigError, fairseq, type NameMap, type NameRule } from '@d2v/core';
import { extractor, extractorRules, recogniserRules, waveforms } from './foreign.js';

const { flag, number } = fairseq;
const LINEAR = { layout: 'linear' } as const;
/** More positional convolutions than any model has. */
const MOST_POSITIONAL = 32;

const audioOf = (foreign: fairseq.Config): fairseq.Config => fairseq.modality(foreign, 'audio');

/** fairseq's data2vec 2 model with its audio encoder (reference: checkpoints.md §6). */
export const fairseqData2vec2: NameMap = {
  config(foreign) {
    const audio = audioOf(foreign);
    refuse(foreign, audio);
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
      ...fairseq.data2vec2Sections(foreign, audio),
    };
  },
  teacher: fairseq.data2vec2Teacher,
  inputs: waveforms((foreign) => extractor(audioOf(foreign), 'feature_encoder_spec') as never),
  rules: rules('encoder.alibi_scale'),
  // A scale that does not learn is stored all the same; ours is in the configuration.
  rulesFor: (foreign) => rules(flag(audioOf(foreign), 'learned_alibi_scale') ? 'encoder.alibi_scale' : null),
};

function refuse(foreign: fairseq.Config, audio: fairseq.Config): void {
  const wrong = (what: string, published: string): ConfigError =>
    new ConfigError(`${what} not supported`, { hint: `every published model has ${published}` });
  if (flag(audio, 'learned_alibi')) throw wrong('a learned ALiBi table is', 'learned_alibi: false');
  if (flag(audio, 'learned_alibi_scale_per_layer')) {
    throw wrong('an ALiBi scale per layer is', 'learned_alibi_scale_per_layer: false');
  }
  if (number(foreign, 'recon_loss') > 0) throw wrong('the reconstruction loss on waveforms is', 'recon_loss: 0');
}

function positions(audio: fairseq.Config): Record<string, unknown> {
  const layers = number(audio, 'conv_pos_depth', 5);
  const kernel = Math.max(3, Math.floor(number(audio, 'conv_pos_width', 95) / layers));
  return { layers, kernel, groups: audio.conv_pos_groups, preNorm: flag(audio, 'conv_pos_pre_ln') };
}

function alibi(foreign: fairseq.Config, audio: fairseq.Config): Record<string, unknown> {
  if (!flag(audio, 'use_alibi_encoder')) return { scale: 'off' };
  const heads = number(audio, 'num_alibi_heads', 12);
  return {
    scale: flag(audio, 'learned_alibi_scale') ? 'learned' : 'fixed',
    initialScale: audio.alibi_scale,
    perHead: flag(audio, 'learned_alibi_scale_per_head'),
    heads: heads === foreign.num_heads ? null : heads,
  };
}

function frameMask(audio: fairseq.Config): Record<string, unknown> {
  const ratio = audio.mask_prob;
  const length = number(audio, 'mask_length', 5);
  if (length <= 1) return { strategy: 'random', ratio };
  const inverse = flag(audio, 'inverse_mask');
  return { strategy: 'block', ratio, adjust: audio.mask_prob_adjust, length, inverse, dropout: audio.mask_dropout };
}

/** @param alibi our name of the ALiBi scale; null where it does not learn */
function rules(alibi: string | null): NameRule[] {
  const rule = fairseq.modalityRule('AUDIO');
  return [
    ...recogniserRules,
    ...extractorRules(String.raw`modality_encoders\.AUDIO\.local_encoder`),
    rule(String.raw`project_features\.1\.(weight|bias)`, 'encoder.local.norm.$1'),
    rule(String.raw`project_features\.2\.weight`, 'encoder.local.projection.weight', LINEAR),
    rule(String.raw`project_features\.2\.bias`, 'encoder.local.projection.bias'),
    ...positionalRules(rule),
    rule('alibi_scale', alibi),
    ...fairseq.data2vec2Rules('AUDIO', 'conv1d'),
  ];
}

/** fairseq counts the convolutions from 1, and nests them one deeper behind a layer norm. */
function positionalRules(rule: ReturnType<typeof fairseq.modalityRule>): NameRule[] {
  const stack = 'relative_positional_encoder';
  return [
    rule(String.raw`${stack}\.0\.(weight|bias)`, 'encoder.positions.norm.$1'),
    ...Array.from({ length: MOST_POSITIONAL }, (_, i) => [
      rule(String.raw`${stack}\.(?:1\.)?${i + 1}\.0\.weight`, `encoder.positions.${i}.weight`, { layout: 'conv1d' }),
      rule(String.raw`${stack}\.(?:1\.)?${i + 1}\.0\.bias`, `encoder.positions.${i}.bias`),
    ]).flat(),
  ];
}
