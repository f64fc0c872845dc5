import {
  add,
  concat,
  mul,
  reshape,
  scalar,
  sub,
  transpose,
  zeros,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { asRows, gatherRows } from '../ops/index.js';
import type { Scope } from '../weights/scope.js';
import type { Encoder } from './encoder.js';

/** A batch of token sequences on its way into the first block; S = E + number of content tokens. */
export interface Sequence {
  /** (N, S, D), extra tokens first. */
  readonly x: Tensor3D;
  /** (N, 1, 1, S), added to attention logits: 0 for real keys, −1e9 for padding. */
  readonly keyMask?: Tensor;
  /** Attention bias of one set of parameters, fitted to the tokens that are present: (H, S, S) or (N, H, S, S). */
  attentionBias?(p: Scope): Tensor;
}

/** Which tokens of which sample a row of the student's batch sees. */
export interface Visible {
  /** (N·V) int32 rows of the local features, flattened over (B, T). */
  readonly source: Tensor1D;
  /** (N·V) int32 rows of the student's grid, flattened over (N, T). */
  readonly grid: Tensor1D;
  /** (N, E + V) int32 positions of the tokens that are present, in [0, E + T). */
  readonly present: Tensor2D;
  /** (N, T), 1 = masked. */
  readonly mask: Tensor2D;
  /** V */
  readonly count: number;
}

/** What fills masked rows when they stay in place. */
export type MaskFill = 'token' | 'zero';

const PADDING_LOGIT = -1e9;

/**
 * Every token of every sample: the teacher's view, and evaluation's.
 *
 * @param local (B, T, D)
 * @param real (B, T), 1 = real token
 */
export function wholeSequence(encoder: Encoder, p: Scope, local: Tensor3D, real?: Tensor2D): Sequence {
  return finish(encoder, p, withRelative(encoder, p, withAbsolute(encoder, p, local), real), real);
}

/**
 * Masked rows replaced in place (reference: data2vec1.md §3.1; data2vec2.md §3.1 item 6).
 *
 * @param mask (B, T), 1 = masked
 */
export function maskedSequence(
  encoder: Encoder,
  p: Scope,
  local: Tensor3D,
  mask: Tensor2D,
  fill: MaskFill,
  real?: Tensor2D,
): Sequence {
  const hidden = column(mask);
  const kept = mul(local, sub(1, hidden));
  const filled = fill === 'token' ? add(kept, mul(p.get<Tensor3D>('mask_token'), hidden)) : kept;
  return finish(encoder, p, withRelative(encoder, p, withAbsolute(encoder, p, filled as Tensor3D), real), real);
}

/**
 * Only the visible tokens, several masks per sample: N = B·M rows (reference: data2vec2.md §3.1).
 *
 * @param local (B, T, D)
 */
export function visibleSequence(
  encoder: Encoder,
  p: Scope,
  local: Tensor3D,
  visible: Visible,
  real?: Tensor2D,
): Sequence {
  const [samples, tokens, dim] = local.shape;
  const rows = visible.mask.shape[0];
  const full = withAbsolute(encoder, p, local);
  let x = gatherRows(asRows(full), visible.source);
  if (encoder.positions.relative) {
    const repeated = add(reshape(full, [samples, 1, tokens, dim]), zeros([samples, rows / samples, 1, 1]));
    let zeroed: Tensor3D = mul(reshape(repeated, [rows, tokens, dim]), sub(1, column(visible.mask)));
    const realRows = real && repeatRows(real, rows);
    if (realRows && zeroesPadding(encoder)) zeroed = mul(zeroed, column(realRows));
    x = add(x, gatherRows(asRows(encoder.positions.relative(p, zeroed, realRows)), visible.grid));
  }
  return finish(encoder, p, reshape(x, [rows, visible.count, dim]), real && realVisible(real, visible), visible);
}

/** Which visible tokens are real: (B, T) → (N, V), 1 = real token. */
export function realVisible(real: Tensor2D, { source, mask, count }: Visible): Tensor2D {
  return reshape(gatherRows(reshape(real, [-1, 1]), source), [mask.shape[0], count]);
}

const zeroesPadding = ({ positions }: Encoder): boolean => positions.zeroPadding !== false;

const column = (x: Tensor2D): Tensor3D => reshape(x, [...x.shape, 1]);

function repeatRows(x: Tensor2D, rows: number): Tensor2D {
  const [samples, tokens] = x.shape;
  const repeated = add(reshape(x, [samples, 1, tokens]), zeros([samples, rows / samples, 1]));
  return reshape(repeated, [rows, tokens]) as Tensor2D;
}

function withAbsolute(encoder: Encoder, p: Scope, x: Tensor3D): Tensor3D {
  return encoder.positions.absolute ? add(x, encoder.positions.absolute(p, x.shape[1])) : x;
}

function withRelative(encoder: Encoder, p: Scope, x: Tensor3D, real?: Tensor2D): Tensor3D {
  if (!encoder.positions.relative) return x;
  const zeroed: Tensor3D = real && zeroesPadding(encoder) ? mul(x, column(real)) : x;
  return add(zeroed, encoder.positions.relative(p, zeroed, real));
}

function finish(encoder: Encoder, p: Scope, x: Tensor3D, real?: Tensor2D, visible?: Visible): Sequence {
  const [rows, , dim] = x.shape;
  const extra = encoder.extraTokens.count;
  const tokens = visible ? visible.mask.shape[1] : x.shape[1];
  const withExtra: Tensor3D =
    extra === 0 ? x : concat([add(p.get<Tensor3D>('extra_tokens'), zeros([rows, extra, dim])), x], 1);
  const { attentionBias } = encoder.positions;
  return {
    x: withExtra,
    keyMask: real && keyMask(real, extra),
    attentionBias: attentionBias && ((scope) => fit(attentionBias.bias(scope, tokens), visible)),
  };
}

function keyMask(real: Tensor2D, extra: number): Tensor {
  const padded = mul(sub(1, real), PADDING_LOGIT);
  const keys = extra === 0 ? padded : concat([zeros([real.shape[0], extra]), padded], 1);
  return reshape(keys, [keys.shape[0]!, 1, 1, keys.shape[1]!]);
}

/** Rows and columns of the bias at the tokens that are present: (H, E + T, E + T) → (N, H, E + V, E + V). */
function fit(bias: Tensor3D, visible?: Visible): Tensor {
  if (!visible) return bias;
  const [heads, side] = bias.shape;
  const [rows] = visible.mask.shape;
  const { present } = visible;
  const size = present.shape[1];
  const pairs = add(mul(reshape(present, [rows, size, 1]), scalar(side, 'int32')), reshape(present, [rows, 1, size]));
  const flat = reshape(pairs, [rows * size * size]) as Tensor1D;
  const gathered = gatherRows(transpose(reshape(bias, [heads, side * side])) as Tensor2D, flat);
  return transpose(reshape(gathered, [rows, size, size, heads]), [0, 3, 1, 2]);
}
