import {
  backend_util,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  type Conv2DBackpropInputInputs,
} from '@tensorflow/tfjs-core';
import { byte, zeros } from '../backend.js';
import { kernel } from '../kernel.js';
import { addStrided, copyStrided } from '../strided.js';
import { positionsOf, tapGroups, tapsOf } from '../taps.js';
import { multiply, releaseRight, viewRight } from '../xnnpack.js';

/**
 * The gradient of a 2-D convolution's input (N, H, W, C) from dy (N, OH, OW, O) and the filter (KH, KW, C, O), also the
 * transposed convolution: for a group of taps, dy times the transposed filter, added to the places that the taps read.
 * The stock kernel is a scalar loop.
 */
export const conv2DBackpropInput = kernel<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>(
  Conv2DBackpropInput,
  ({ inputs: { dy, filter }, attrs, backend }, stock) => {
    const { strides, pad, dataFormat, dimRoundingMode, inputShape } = attrs;
    if (dataFormat !== 'NHWC') return stock({ inputs: { dy, filter }, attrs, backend });
    const filterShape = filter.shape as [number, number, number, number];
    const conv = backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode);
    const { inChannels, outChannels, outHeight, outWidth } = conv;
    const positions = positionsOf(conv);
    const dx = zeros(backend, inputShape);
    const groups = tapGroups(tapsOf(conv), inChannels);
    const width = (groups[0]?.length ?? 0) * inChannels;
    const weights = backend.makeOutput([outChannels, width], 'float32');
    const patches = backend.makeOutput([positions, width], 'float32');
    for (const group of groups) {
      const columns = group.length * inChannels;
      const first = (group[0]?.index ?? 0) * inChannels * outChannels;
      copyStrided(backend, [outChannels, columns], filter, { offset: first, strides: [1, outChannels] }, weights, {
        offset: 0,
        strides: [columns, 1],
      });
      const right = viewRight(backend, byte(backend, weights), outChannels, columns);
      multiply(backend, positions, byte(backend, dy), right, byte(backend, patches));
      releaseRight(backend, right);
      group.forEach((tap, k) => {
        const from = {
          offset: tap.firstOutput * columns + k * inChannels,
          strides: [outHeight * outWidth * columns, outWidth * columns, columns, 1],
        };
        addStrided(backend, tap.shape, patches, from, dx, tap.input);
      });
    }
    backend.disposeData(weights.dataId);
    backend.disposeData(patches.dataId);
    return dx;
  },
);
