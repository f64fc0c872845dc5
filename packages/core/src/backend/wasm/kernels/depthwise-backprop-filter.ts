import {
  backend_util,
  DepthwiseConv2dNativeBackpropFilter,
  util,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropFilterInputs,
} from '@tensorflow/tfjs-core';
import { element } from '../backend.js';
import { kernel } from '../kernel.js';
import { tapsOf } from '../taps.js';

/**
 * The gradient of a depthwise convolution's filter (KH, KW, C, M) from x (N, H, W, C) and dy (N, OH, OW, C · M), summed
 * in double precision. Missing in the stock backend.
 */
export const depthwiseBackpropFilter = kernel<
  DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropFilterAttrs
>(DepthwiseConv2dNativeBackpropFilter, ({ inputs: { x, dy }, attrs, backend }) => {
  const { strides, dilations, pad, dimRoundingMode, filterShape } = attrs;
  const shape = x.shape as [number, number, number, number];
  const conv = backend_util.computeConv2DInfo(shape, filterShape, strides, dilations, pad, dimRoundingMode, true);
  const { inChannels: channels, outHeight, outWidth } = conv;
  const multiplier = filterShape[3];
  const out = backend.makeOutput([...filterShape], 'float32');
  const sums = new Float64Array(util.sizeFromShape(filterShape));
  const heap = backend.wasm.HEAPF32;
  const [input, gradient] = [element(backend, x), element(backend, dy)];
  for (const tap of tapsOf(conv)) {
    const [images, rows, columns] = tap.shape;
    const [imageStride, rowStride, columnStride] = tap.input.strides as [number, number, number, number];
    const first = tap.index * channels * multiplier;
    for (let n = 0; n < images; n++) {
      for (let r = 0; r < rows; r++) {
        let a = input + tap.input.offset + n * imageStride + r * rowStride;
        let b = gradient + ((n * outHeight + r) * outWidth + tap.firstOutput) * channels * multiplier;
        for (let q = 0; q < columns; q++, a += columnStride) {
          let sum = first;
          for (let c = 0; c < channels; c++) {
            const value = heap[a + c]!;
            for (let m = 0; m < multiplier; m++) sums[sum++]! += value * heap[b++]!;
          }
        }
      }
    }
  }
  heap.set(sums, element(backend, out));
  return out;
});
