import {
  backend_util,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropFilterInputs,
} from '@tensorflow/tfjs-core';
import { BackendError } from '../../../errors.js';
import { byte, zeros } from '../backend.js';
import { kernel } from '../kernel.js';
import { fillPatches, positionsOf, tapGroups, tapsOf } from '../taps.js';
import { multiply, releaseRight, viewRight } from '../xnnpack.js';

/**
 * The gradient of a 2-D convolution's filter (KH, KW, C, O) from x (N, H, W, C) and dy (N, OH, OW, O): for a group of
 * taps, the transposed patches (taps · C, N · OH · OW) times dy. Missing in the stock backend.
 *
 * @throws BackendError for channels-first data, which the backend's convolution does not take either
 */
export const conv2DBackpropFilter = kernel<Conv2DBackpropFilterInputs, Conv2DBackpropFilterAttrs>(
  Conv2DBackpropFilter,
  ({ inputs: { x, dy }, attrs, backend }) => {
    const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs;
    if (dataFormat !== 'NHWC') {
      throw new BackendError(`conv2d: the wasm backend convolves NHWC data only, got ${dataFormat}`);
    }
    const shape = x.shape as [number, number, number, number];
    const conv = backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode);
    const { inChannels, outChannels } = conv;
    const positions = positionsOf(conv);
    const out = backend.makeOutput([...filterShape], 'float32');
    const groups = tapGroups(tapsOf(conv), inChannels);
    const patches = zeros(backend, [(groups[0]?.length ?? 0) * inChannels, positions]);
    const right = viewRight(backend, byte(backend, dy), positions, outChannels);
    for (const group of groups) {
      fillPatches(backend, conv, group, { x, first: 0, channels: inChannels }, patches);
      const to = byte(backend, out) + (group[0]?.index ?? 0) * inChannels * outChannels * 4;
      multiply(backend, group.length * inChannels, byte(backend, patches), right, to);
    }
    releaseRight(backend, right);
    backend.disposeData(patches.dataId);
    return out;
  },
);
