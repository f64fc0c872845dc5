import { ConfigError } from '../../errors.js';
import type { NameMap, NameRule } from '../name-map.js';
import { decay, targets } from './objective.js';
import { flag, record, type Config } from './values.js';

const LINEAR = { layout: 'linear' } as const;
/** More layers than any decoder's projection has. */
const MOST_PROJECTIONS = 4;

/** The options of one modality's encoder: `image`, `audio` or `text`. */
export const modality = (foreign: Config, name: string): Config => record(record(foreign, 'modalities'), name);

/**
 * Backbone and objective of fairseq's data2vec 2 (reference: checkpoints.md §6).
 *
 * @param own the options of the modality's encoder
 * @throws ConfigError for what no published model has
 */
export function data2vec2Sections(foreign: Config, own: Config): Pick<Sections, 'backbone' | 'objective'> {
  if (flag(foreign, 'layer_norm_first') || foreign.norm_affine === false) {
    throw new ConfigError("data2vec 2's pre-norm blocks and norms without affine parameters are not supported", {
      hint: 'every published model has layer_norm_first: false and norm_affine: true',
    });
  }
  return { backbone: backbone(foreign, own), objective: objective(foreign, own) };
}

type Sections = ReturnType<NameMap['config']>;

function backbone(foreign: Config, own: Config): Sections['backbone'] {
  return {
    dim: foreign.embed_dim,
    depth: foreign.depth,
    prenetDepth: own.prenet_depth,
    heads: foreign.num_heads,
    mlpRatio: foreign.mlp_ratio,
    normEpsilon: foreign.norm_eps,
    dropout: {
      input: foreign.dropout_input,
      context: own.prenet_dropout,
      attention: foreign.attention_dropout,
      projection: foreign.encoder_dropout,
      activation: foreign.activation_dropout,
      mlp: foreign.activation_dropout,
      residual: foreign.post_mlp_drop,
    },
    dropPath: foreign.end_drop_path_rate,
    layerDrop: foreign.layerdrop,
    prenetLayerDrop: own.prenet_layerdrop,
  };
}

function objective(foreign: Config, own: Config): Sections['objective'] {
  return {
    name: 'data2vec2',
    masks: foreign.clone_batch,
    keepMasked: own.keep_masked_pct,
    maskNoise: own.mask_noise_std,
    decoder: decoder(record(own, 'decoder')),
    loss: { beta: foreign.loss_beta, scale: foreign.loss_scale ?? null },
    regression: foreign.d2v_loss,
    clsLoss: foreign.cls_loss,
    reconstruction: foreign.recon_loss,
    targets: targets(foreign),
    teacher: { decay: decay(foreign), share: sharedParameters(foreign, own) },
    collapse: { minTargetVar: foreign.min_target_var, minPredVar: foreign.min_pred_var },
  };
}

function decoder(source: Config): Record<string, unknown> {
  const masked = flag(source, 'add_positions_masked') ? 'masked' : 'none';
  return {
    width: source.decoder_dim,
    layers: source.decoder_layers,
    kernel: source.decoder_kernel,
    groups: source.decoder_groups,
    residual: source.decoder_residual,
    projectionLayers: source.projection_layers,
    projectionRatio: source.projection_ratio,
    inputDropout: source.input_dropout,
    positions: flag(source, 'add_positions_all') ? 'all' : masked,
  };
}

function sharedParameters(foreign: Config, own: Config): string[] {
  if (flag(foreign, 'ema_encoder_only')) return ['encoder'];
  return flag(own, 'ema_local_encoder') ? [] : ['encoder.local'];
}

/** Where data2vec 2 keeps its teacher's tensors. */
export const data2vec2Teacher: NameMap['teacher'] = (foreign) => ({
  stored: '_ema.',
  student: flag(foreign, 'ema_encoder_only') ? 'blocks.' : '',
});

/** Rules of the names behind `modality_encoders.NAME.`, one at a time. */
export function modalityRule(name: string): (pattern: string, to: string | null, more?: Partial<NameRule>) => NameRule {
  return (pattern, to, more) => ({ from: new RegExp(`^modality_encoders\\.${name}\\.${pattern}$`), to, ...more });
}

/**
 * The names that every modality of data2vec 2 has: extra tokens, norm, blocks and decoder.
 *
 * @param convolution the layout of the decoder's kernels
 */
export function data2vec2Rules(name: string, convolution: 'conv1d' | 'conv2d'): NameRule[] {
  const rule = modalityRule(name);
  return [
    rule('extra_tokens', 'encoder.extra_tokens'),
    rule(String.raw`context_encoder\.norm\.(weight|bias)`, 'encoder.norm.$1'),
    ...blockRules(`modality_encoders\\.${name}\\.context_encoder\\.blocks`, 'encoder.blocks'),
    rule(String.raw`decoder\.blocks\.(\d+)\.0\.weight`, 'decoder.blocks.$1.weight', { layout: convolution }),
    rule(String.raw`decoder\.blocks\.(\d+)\.0\.bias`, 'decoder.blocks.$1.bias'),
    rule(String.raw`decoder\.proj\.weight`, 'decoder.proj.0.weight', LINEAR),
    rule(String.raw`decoder\.proj\.bias`, 'decoder.proj.0.bias'),
    // A projection of several layers alternates with GELU: 0, 2, 4, ….
    ...Array.from({ length: MOST_PROJECTIONS }, (_, layer) => [
      rule(String.raw`decoder\.proj\.${2 * layer}\.weight`, `decoder.proj.${layer}.weight`, LINEAR),
      rule(String.raw`decoder\.proj\.${2 * layer}\.bias`, `decoder.proj.${layer}.bias`),
    ]).flat(),
    ...blockRules('blocks', 'blocks'),
  ];
}

/** The names of blocks `from.N.` with one matrix for query, key and value; `from` is a pattern. */
export function blockRules(from: string, to: string): NameRule[] {
  const rule = (pattern: string, name: string, more?: Partial<NameRule>): NameRule => ({
    from: new RegExp(`^${from}\\.(\\d+)\\.${pattern}$`),
    to: `${to}.$1.${name}`,
    ...more,
  });
  return [
    rule(String.raw`(attn\.qkv|attn\.proj|mlp\.fc1|mlp\.fc2)\.weight`, '$2.weight', LINEAR),
    rule(String.raw`(attn\.qkv|attn\.proj|mlp\.fc1|mlp\.fc2)\.bias`, '$2.bias'),
    rule(String.raw`(attn\.[qv]_bias|gamma_[12])`, '$2'),
    rule(String.raw`(norm[12])\.(weight|bias)`, '$2.$3'),
  ];
}
