import type { NamedTensorMap, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { EqualiseOptions } from '../mask/equalise.js';
import type { RandomStream } from '../random/stream.js';
import type { Initialiser, ParameterSpecs } from '../weights/parameter.js';
import type { Scope } from '../weights/scope.js';
import type { HostBatch, HostTensors } from './host.js';
import type { Context } from './context.js';

/**
 * One modality's half of the model (reference: data2vec2.md §2): it turns raw samples into a token sequence of the
 * backbone's width and says how that sequence is masked. Everything after that is shared.
 *
 * Parameter names are relative to `encoder.`; those that make up the local encoder start with `local.`, so that a
 * teacher may share them with the student.
 *
 * Symbols: B samples, T tokens, D width, H heads, E extra tokens.
 */
export interface Encoder<Sample = unknown> {
  readonly parameters: ParameterSpecs;
  /** Learned tokens that are prepended to the sequence (a cls token), never masked. */
  readonly extraTokens: { readonly count: number; readonly init: Initialiser };
  /** Whether a layer norm follows the positions, before the first block. */
  readonly contextNorm: boolean;
  readonly positions: Positions;
  /** How tokens lie: [rows, columns] of an image's patches; absent: one after the other. */
  readonly grid?: readonly number[];

  /** Host: samples → raw tensors and lengths. */
  collate(samples: readonly Sample[]): HostBatch;

  /** Raw tensors → local features (B, T, D), before positions. */
  localFeatures(p: Scope, inputs: NamedTensorMap, context: Context): Tensor3D;

  /**
   * Host: which of `tokens` tokens are hidden, 1 = masked. A pure function of the stream's key, and of the sample where
   * one is given and the modality looks at it (whole words).
   */
  drawMask(tokens: number, stream: RandomStream, sample?: MaskedSample): Uint8Array;

  /**
   * Host, data2vec 1 with `maskInputs`: what the student sees in place of a sample's raw inputs besides its masked
   * tokens (BERT's random words). Drawn from a stream of the same key as the sample's mask; absent: its own inputs.
   *
   * @returns input tensors by name, whole batches of them, which `maskInputs` gets instead of the batch's
   */
  corruptInputs?(batch: HostBatch, streams: (row: number) => RandomStream): HostTensors;

  /**
   * Masks that differ in their count get the same one within a batch: a random subset of the larger ones, or random
   * tokens added to the smaller ones. Absent: `drawMask` settles the count, or it may differ.
   */
  readonly sameCount?: EqualiseOptions['mode'];

  /** How data2vec 1's mask token starts; default: truncated normal, σ 0.02. */
  readonly maskTokenInit?: Initialiser;

  /**
   * data2vec 1 for inputs that are masked before they are embedded (token ids); absent: masked rows of the local
   * features are replaced by a learned mask token.
   */
  maskInputs?(inputs: NamedTensorMap, mask: Tensor2D): NamedTensorMap;

  /** What each token covers of the raw input, (B, T, P): the target of a reconstruction loss (pixels of a patch). */
  rawTokens?(inputs: NamedTensorMap): Tensor3D;
  /** P of `rawTokens`. */
  readonly rawTokenSize?: number;

  /** data2vec 2: predicts the full grid from visible tokens and noise. */
  decoder(options: DecoderOptions): Decoder;
}

/** A row of a batch that a mask is drawn for. */
export interface MaskedSample {
  readonly batch: HostBatch;
  readonly row: number;
}

/** Where tokens get their order from. Any combination may be present. */
export interface Positions {
  /** (1, T, D), added to the local features before masking: fixed sin-cos or learned. */
  absolute?(p: Scope, tokens: number): Tensor3D;
  /**
   * (B, T, D) computed from the masked full-length sequence, then added: convolutional. Padded rows of `x` are 0.
   *
   * @param real (B, T), 1 = real token; absent when nothing is padded
   */
  relative?(p: Scope, x: Tensor3D, real?: Tensor2D): Tensor3D;
  /**
   * Whether padded rows are set to 0 before `relative`, so that it does not see them. Default true; false is for models
   * that were trained without.
   */
  readonly zeroPadding?: boolean;
  /** Added to the attention logits: a relative table or ALiBi. Its parameters may be shared or one set per block. */
  readonly attentionBias?: {
    readonly parameters: ParameterSpecs;
    /** (H, E + T, E + T). */
    bias(p: Scope, tokens: number): Tensor3D;
  };
}

/** Shape of a data2vec 2 decoder (reference: data2vec2.md §4.2). */
export interface DecoderOptions {
  /** Width D of the tokens that come in and go out. */
  readonly dim: number;
  /** Width C of the convolutions. */
  readonly width: number;
  readonly layers: number;
  readonly kernel: number;
  readonly groups: number;
  readonly residual: boolean;
  readonly projectionLayers: number;
  readonly projectionRatio: number;
}

export interface Decoder {
  /** Names relative to `decoder.`. */
  readonly parameters: ParameterSpecs;
  /** (N, T, D) → (N, T, D). */
  forward(p: Scope, grid: Tensor3D): Tensor3D;
}
