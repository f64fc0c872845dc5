import type { NamedTensorMap, Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/stream.js';
import type { ParameterSpecs } from '../weights/parameter.js';
import type { Scope } from '../weights/scope.js';
import type { Context } from './context.js';
import type { HostBatch, HostTensors } from './host.js';

/** What the encoder and backbone make of a batch. */
export interface Features {
  /** (B, T, D), extra tokens removed. */
  readonly tokens: Tensor3D;
  /** (B, E, D) of the extra tokens, where the encoder has any. */
  readonly extra?: Tensor3D;
  /** (B, T), 1 = real token; absent when nothing is padded. */
  readonly real?: Tensor2D;
}

/** A supervised head on the encoder: what fine-tuning adds. */
export interface Task {
  /** Names relative to `head.`. */
  readonly parameters: ParameterSpecs;
  /**
   * Host: the labels of a batch as tensors. In training, `stream` lets it also mix samples (mixup, cutmix). The labels of
   * the batch that it returns are those that an `Evaluation` gets.
   *
   * @throws SampleError for a label that the task does not know
   */
  targets(batch: HostBatch, stream?: RandomStream): { batch: HostBatch; targets: HostTensors };
  /**
   * Features → logits.
   *
   * @param p under `head.`; its `weights` are the whole model's, for a head that shares some of them
   * @param targets what the task's `targets` drew, where a loss or metric follows: which tokens are predicted
   */
  forward(p: Scope, features: Features, context: Context, targets?: NamedTensorMap): Tensor;
  /** Sum of the loss over the batch; the trainer divides by the number of samples. */
  loss(logits: Tensor, targets: NamedTensorMap): Scalar;
  /** Starts an evaluation. */
  evaluation(): Evaluation;
}

/** Takes in predictions, batch by batch, and yields the task's metrics by name (accuracy, word error rate, …). */
export interface Evaluation {
  /** @param names of the batch's samples, as far as they are known */
  add(logits: Float32Array, shape: readonly number[], labels: readonly unknown[], names?: readonly string[]): void;
  result(): Record<string, number>;
  /** What a report shows beside numbers: examples, confusions. */
  details?(): readonly EvaluationDetail[];
  /** Every sample as lines of text: its name, what is right and what was predicted. */
  listing?(): string;
}

/** A section of a report. */
export interface EvaluationDetail {
  readonly title: string;
  /** Self-contained HTML without scripts, everything that comes from data escaped. */
  readonly html: string;
}
