import { ShapeError, softLabels, type HostTensor, type RandomStream } from '@d2v/core';
import { cutBox } from './cut-box.js';
import type { MixOptions } from './options.js';

/** A batch whose images and labels are mixed. */
export interface MixedBatch {
  /** (B, H, W, C) float32. */
  readonly images: HostTensor;
  /** (B, classes) float32, rows sum to 1. */
  readonly targets: HostTensor;
  /** Share that a row kept of its own image and label; the rest is its partner's. */
  readonly lambda: number;
}

/**
 * Mixup (Zhang et al. 2018) or cutmix (Yun et al. 2019) of a batch with itself in reverse order, one λ for all, as timm's
 * batch mode: row i becomes λ·row i + (1 − λ)·row B−1−i, or keeps a share λ of its area; labels are smoothed and mixed
 * by the same λ. A pure function of the stream's key; its inputs are only read.
 *
 * @throws ShapeError when `images` is not (B, H, W, C) float32 with B labels
 * @throws SampleError when a label is not a class
 */
export function mixImages(
  images: HostTensor,
  labels: readonly number[],
  classes: number,
  options: MixOptions,
  stream: RandomStream,
): MixedBatch {
  const { data, shape } = images;
  if (!(data instanceof Float32Array) || shape.length !== 4 || shape[0] !== labels.length) {
    throw new ShapeError(
      `mixImages: float32 images (${labels.length}, height, width, channels) are needed for ${labels.length} labels, ` +
        `got ${data.constructor.name} of (${shape.join(', ')})`,
    );
  }
  const [size, height, width, channels] = shape as [number, number, number, number];
  const { kind, lambda: drawn } = draw(options, stream);
  const pixels = data.slice();
  let lambda = drawn;
  if (kind === 'mixup') {
    blendReversed(pixels, data, size, lambda);
  } else if (kind === 'cutmix') {
    const box = cutBox(width, height, drawn, stream);
    lambda = 1 - (box.width * box.height) / (width * height);
    const row = width * channels;
    for (let i = 0; i < size; i++) {
      for (let y = box.top; y < box.top + box.height; y++) {
        const from = y * row + box.left * channels;
        const partner = (size - 1 - i) * height * row + from;
        pixels.set(data.subarray(partner, partner + box.width * channels), i * height * row + from);
      }
    }
  }
  const own = softLabels(labels, classes, options.labelSmoothing);
  const targets = own.slice();
  if (lambda < 1) blendReversed(targets, own, size, lambda);
  return { images: { data: pixels, shape }, targets: { data: targets, shape: [size, classes] }, lambda };
}

/** Which mixing a batch gets, and with what λ. */
function draw(options: MixOptions, stream: RandomStream): { kind: 'none' | 'mixup' | 'cutmix'; lambda: number } {
  const { mixup, cutmix } = options;
  const mixed = stream.uniform() < options.probability;
  const switched = stream.uniform() < options.switchProbability;
  if (!mixed || mixup + cutmix === 0) return { kind: 'none', lambda: 1 };
  const kind = mixup === 0 || (cutmix > 0 && switched) ? 'cutmix' : 'mixup';
  const alpha = kind === 'cutmix' ? cutmix : mixup;
  return { kind, lambda: stream.beta(alpha, alpha) };
}

/** Rows of `out` become λ·own + (1 − λ)·the row at the mirrored place of `own`. */
function blendReversed(out: Float32Array, own: Float32Array, rows: number, lambda: number): void {
  const length = own.length / rows;
  for (let row = 0; row < rows; row++) {
    const partner = (rows - 1 - row) * length;
    for (let k = 0, i = row * length; k < length; k++, i++)
      out[i] = lambda * own[i]! + (1 - lambda) * own[partner + k]!;
  }
}
