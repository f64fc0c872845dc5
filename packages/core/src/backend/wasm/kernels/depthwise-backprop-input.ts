import {
  backend_util,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type DepthwiseConv2dNativeBackpropInputInputs,
} from '@tensorflow/tfjs-core';
import { element, zeros } from '../backend.js';
import { kernel } from '../kernel.js';
import { tapsOf } from '../taps.js';

/**
 * The gradient of a depthwise convolution's input (N, H, W, C) from dy (N, OH, OW, C · M) and the filter
 * (KH, KW, C, M). Missing in the stock backend.
 */
export const depthwiseBackpropInput = kernel<
  DepthwiseConv2dNativeBackpropInputInputs,
  DepthwiseConv2dNativeBackpropInputAttrs
>(DepthwiseConv2dNativeBackpropInput, ({ inputs: { dy, filter }, attrs, backend }) => {
  const { strides, dilations, pad, dimRoundingMode, inputShape } = attrs;
  const filterShape = filter.shape as [number, number, number, number];
  const conv = backend_util.computeConv2DInfo(inputShape, filterShape, strides, dilations, pad, dimRoundingMode, true);
  const { inChannels: channels, outHeight, outWidth } = conv;
  const multiplier = filterShape[3];
  const dx = zeros(backend, inputShape);
  const heap = backend.wasm.HEAPF32;
  const [to, gradient, weights] = [element(backend, dx), element(backend, dy), element(backend, filter)];
  for (const tap of tapsOf(conv)) {
    const [images, rows, columns] = tap.shape;
    const [imageStride, rowStride, columnStride] = tap.input.strides as [number, number, number, number];
    const first = weights + tap.index * channels * multiplier;
    for (let n = 0; n < images; n++) {
      for (let r = 0; r < rows; r++) {
        let a = to + tap.input.offset + n * imageStride + r * rowStride;
        let b = gradient + ((n * outHeight + r) * outWidth + tap.firstOutput) * channels * multiplier;
        for (let q = 0; q < columns; q++, a += columnStride) {
          let weight = first;
          for (let c = 0; c < channels; c++) {
            let sum = 0;
            for (let m = 0; m < multiplier; m++) sum += heap[weight++]! * heap[b++]!;
            heap[a + c]! += sum;
          }
        }
      }
    }
  }
  return dx;
});
