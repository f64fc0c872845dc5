import { util, type backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { element, type WasmBackend } from './backend.js';
import { copyStrided, type Strided } from './strided.js';

/**
 * Convolution by taps: each position (i, j) of the filter meets a strided block of x (N, H, W, C). A tap's block leaves
 * out what lies in the padding.
 */
export interface Tap {
  /** i · filterWidth + j. */
  readonly index: number;
  /** (N, rows, columns, C) of the outputs whose input is no padding; may be empty. */
  readonly shape: readonly [number, number, number, number];
  /** Where the block lies in x. */
  readonly input: Strided;
  /** First output position that the block belongs to, within an image: row · outWidth + column. */
  readonly firstOutput: number;
  /** Whether the tap never meets padding. */
  readonly complete: boolean;
}

/** The taps of a channels-last convolution, in the order of the filter's memory. */
export function tapsOf(conv: backend_util.Conv2DInfo): Tap[] {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, padInfo } = conv;
  const taps: Tap[] = [];
  for (let i = 0; i < filterHeight; i++) {
    const y = range(i * conv.dilationHeight - padInfo.top, conv.strideHeight, inHeight, outHeight);
    for (let j = 0; j < filterWidth; j++) {
      const x = range(j * conv.dilationWidth - padInfo.left, conv.strideWidth, inWidth, outWidth);
      taps.push({
        index: i * filterWidth + j,
        shape: [batchSize, y.count, x.count, inChannels],
        input: {
          offset: (y.input * inWidth + x.input) * inChannels,
          strides: [
            inHeight * inWidth * inChannels,
            conv.strideHeight * inWidth * inChannels,
            conv.strideWidth * inChannels,
            1,
          ],
        },
        firstOutput: y.first * outWidth + x.first,
        complete: y.count === outHeight && x.count === outWidth,
      });
    }
  }
  return taps;
}

/** Outputs o of [0, outputs) with 0 ≤ o · stride + shift < size: the first, how many, and the first's input. */
function range(
  shift: number,
  stride: number,
  size: number,
  outputs: number,
): { first: number; count: number; input: number } {
  const first = Math.max(0, Math.ceil(-shift / stride));
  const last = Math.min(outputs - 1, Math.floor((size - 1 - shift) / stride));
  return { first, count: Math.max(0, last - first + 1), input: first * stride + shift };
}

/** Taps in groups whose channels together make a matrix wide enough to keep XNNPACK busy, yet not the whole patch. */
export function tapGroups(taps: readonly Tap[], channels: number): Tap[][] {
  const size = Math.max(1, Math.floor(WIDE / Math.max(1, channels)));
  const groups: Tap[][] = [];
  for (let i = 0; i < taps.length; i += size) groups.push(taps.slice(i, i + size));
  return groups;
}

const WIDE = 256;

/** Number of output positions (rows of the im2col matrix). */
export function positionsOf(conv: backend_util.Conv2DInfo): number {
  return util.sizeFromShape([conv.batchSize, conv.outHeight, conv.outWidth]);
}

/**
 * What some of a convolution's taps read, transposed: (taps · channels, output positions), zeros for padding.
 *
 * @param x (N, H, W, C), of which `channels` from `first` on are read
 * @param patches where to write, rows of output positions
 */
export function fillPatches(
  backend: WasmBackend,
  conv: backend_util.Conv2DInfo,
  taps: readonly Tap[],
  { x, first, channels }: { x: TensorInfo; first: number; channels: number },
  patches: TensorInfo,
): void {
  const positions = positionsOf(conv);
  taps.forEach((tap, k) => {
    if (!tap.complete) {
      const start = element(backend, patches) + k * channels * positions;
      backend.wasm.HEAPF32.fill(0, start, start + channels * positions);
    }
    const [images, rows, columns] = tap.shape;
    const [image, row, column, channel] = tap.input.strides as [number, number, number, number];
    const from = { offset: tap.input.offset + first, strides: [channel, image, row, column] };
    const to = {
      offset: k * channels * positions + tap.firstOutput,
      strides: [positions, conv.outHeight * conv.outWidth, conv.outWidth, 1],
    };
    copyStrided(backend, [channels, images, rows, columns], x, from, patches, to);
  });
}
