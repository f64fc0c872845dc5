import { concat, mul, tidy, zeros, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import type { Context } from '../encoder/context.js';
import { attention } from '../ops/attention.js';
import { dropout, dropoutMask, dropPath } from '../ops/dropout.js';
import { gelu } from '../ops/gelu.js';
import { layerNorm } from '../ops/layer-norm.js';
import { linear } from '../ops/linear.js';
import { residual } from '../ops/residual.js';
import type { Initialiser, ParameterSpec, ParameterSpecs } from '../weights/parameter.js';
import type { Scope } from '../weights/scope.js';
import type { BackboneConfig } from './config.js';

/** What attention sees besides the tokens. */
export interface AttentionInputs {
  /** (H, S, S) or (N, H, S, S), added to the logits. */
  readonly bias?: Tensor;
  /** (N, 1, 1, S), 0 or a large negative number. */
  readonly keyMask?: Tensor;
}

export interface BlockOutput {
  readonly x: Tensor3D;
  /** The feed-forward branch before its residual: data2vec's usual target (reference: data2vec1.md §2.2). */
  readonly feedForward: Tensor3D;
}

/** Parameters of one block; `position` counts from 1 over all blocks and scales BEiT's output projections. */
export function blockParameters(config: BackboneConfig, position: number): ParameterSpecs {
  const { dim, qkvBias, layerScale } = config;
  const hidden = Math.round(dim * config.mlpRatio);
  const weight = (shape: number[], shrink = 1): ParameterSpec => ({ shape, init: weightInit(config, shrink) });
  const output = config.initialisation === 'beit' ? 1 / Math.sqrt(2 * position) : 1;
  const zero = (size: number): ParameterSpec => ({ shape: [size], init: { kind: 'zeros' } });
  const norm = (name: string): ParameterSpecs => ({
    [`${name}.weight`]: { shape: [dim], init: { kind: 'ones' } },
    [`${name}.bias`]: zero(dim),
  });
  const gain = (name: string): ParameterSpecs =>
    layerScale === null ? {} : { [name]: { shape: [dim], init: { kind: 'constant', value: layerScale } } };
  return {
    ...norm('norm1'),
    'attn.qkv.weight': weight([dim, 3 * dim]),
    ...(qkvBias === 'full' ? { 'attn.qkv.bias': zero(3 * dim) } : {}),
    ...(qkvBias === 'noKey' ? { 'attn.q_bias': zero(dim), 'attn.v_bias': zero(dim) } : {}),
    'attn.proj.weight': weight([dim, dim], output),
    'attn.proj.bias': zero(dim),
    ...gain('gamma_1'),
    ...norm('norm2'),
    'mlp.fc1.weight': weight([dim, hidden]),
    'mlp.fc1.bias': zero(hidden),
    'mlp.fc2.weight': weight([hidden, dim], output),
    'mlp.fc2.bias': zero(dim),
    ...gain('gamma_2'),
  };
}

function weightInit({ initialisation }: BackboneConfig, shrink: number): Initialiser {
  return initialisation === 'beit'
    ? { kind: 'truncatedNormal', std: 0.02 * shrink, limit: 1 }
    : { kind: 'normal', std: 0.02 * shrink };
}

/**
 * One Transformer block, (N, S, D) → (N, S, D).
 *
 * post: r = LN1(x + attn(x)); f = mlp(r); x' = LN2(r + f).
 * pre:  r = x + γ1·attn(LN1(x)); f = γ2·mlp(LN2(r)); x' = r + f.
 */
export function block(
  p: Scope,
  x: Tensor3D,
  inputs: AttentionInputs,
  config: BackboneConfig,
  dropPathRate: number,
  context: Context,
): BlockOutput {
  const norm = (name: string, y: Tensor3D): Tensor3D =>
    layerNorm(y, config.normEpsilon, p.get(`${name}.weight`), p.get(`${name}.bias`));
  const scaled = (name: string, y: Tensor3D): Tensor3D => (p.has(name) ? mul(y, p.get(name)) : y);
  const branch = (y: Tensor3D, name: string): Tensor3D => dropPath(y, dropPathRate, context, name);

  // Freed here is what no gradient wants; what one does want, the tape keeps.
  const { output, feedForward } = tidy(() => {
    if (config.norm === 'pre') {
      const r = residual(
        x,
        branch(scaled('gamma_1', attend(p.at('attn'), norm('norm1', x), inputs, config, context)), 'path1'),
      );
      const f = branch(scaled('gamma_2', mlp(p.at('mlp'), norm('norm2', r), config, context)), 'path2');
      return { output: residual(r, dropout(f, config.dropout.residual, context, 'residual')), feedForward: f };
    }
    const r = norm('norm1', residual(x, branch(attend(p.at('attn'), x, inputs, config, context), 'path1')));
    const f = mlp(p.at('mlp'), r, config, context);
    const y = residual(r, branch(dropout(f, config.dropout.residual, context, 'residual'), 'path2'));
    return { output: norm('norm2', y), feedForward: f };
  });
  return { x: output, feedForward };
}

function attend(
  p: Scope,
  x: Tensor3D,
  { bias, keyMask }: AttentionInputs,
  config: BackboneConfig,
  context: Context,
): Tensor3D {
  const [rows, tokens] = x.shape;
  const { heads, dropout: rates } = config;
  const qkv = linear(x, p.get('qkv.weight'), projectionBias(p, config));
  const mask = dropoutMask(rates.attention, [rows, heads, tokens, tokens], context, 'attention');
  const y = attention(qkv, { heads, bias, keyMask, dropout: mask });
  return dropout(linear(y, p.get('proj.weight'), p.get('proj.bias')), rates.projection, context, 'projection');
}

function projectionBias(p: Scope, { dim, qkvBias }: BackboneConfig): Tensor | undefined {
  if (qkvBias === 'none') return undefined;
  return qkvBias === 'full' ? p.get('qkv.bias') : concat([p.get('q_bias'), zeros([dim]), p.get('v_bias')]);
}

function mlp(p: Scope, x: Tensor3D, { dropout: rates }: BackboneConfig, context: Context): Tensor3D {
  const hidden = dropout(
    gelu(linear(x, p.get('fc1.weight'), p.get('fc1.bias'))),
    rates.activation,
    context,
    'activation',
  );
  return dropout(linear(hidden, p.get('fc2.weight'), p.get('fc2.bias')), rates.mlp, context, 'mlp');
}
