import { backend_util, MaxPoolGrad, type MaxPoolGradAttrs, type MaxPoolGradInputs } from '@tensorflow/tfjs-core';
import { element, zeros } from '../backend.js';
import { kernel } from '../kernel.js';

/**
 * The gradient of a 2-D max pool, x (N, H, W, C): dy goes to the first maximum of every window, as on the cpu backend.
 * The stock kernel reads and writes the wrong elements.
 */
export const maxPoolGrad = kernel<MaxPoolGradInputs, MaxPoolGradAttrs>(
  MaxPoolGrad,
  ({ inputs: { dy, input }, attrs, backend }) => {
    const shape = input.shape as [number, number, number, number];
    const pool = backend_util.computePool2DInfo(
      shape,
      attrs.filterSize,
      attrs.strides,
      1,
      attrs.pad,
      attrs.dimRoundingMode,
    );
    const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth, filterHeight, filterWidth } = pool;
    const dx = zeros(backend, shape);
    const heap = backend.wasm.HEAPF32;
    const [x, gradient, to] = [element(backend, input), element(backend, dy), element(backend, dx)];
    let at = gradient;
    for (let n = 0; n < batchSize; n++) {
      for (let oy = 0; oy < outHeight; oy++) {
        const top = oy * pool.strideHeight - pool.padInfo.top;
        const [yMin, yMax] = [Math.max(0, top), Math.min(inHeight, top + filterHeight)];
        for (let ox = 0; ox < outWidth; ox++) {
          const left = ox * pool.strideWidth - pool.padInfo.left;
          const [xMin, xMax] = [Math.max(0, left), Math.min(inWidth, left + filterWidth)];
          for (let c = 0; c < channels; c++, at++) {
            let best = -1;
            let maximum = -Infinity;
            for (let iy = yMin; iy < yMax; iy++) {
              for (let ix = xMin; ix < xMax; ix++) {
                const index = ((n * inHeight + iy) * inWidth + ix) * channels + c;
                const value = heap[x + index]!;
                if (value > maximum) {
                  maximum = value;
                  best = index;
                }
              }
            }
            if (best >= 0) heap[to + best]! += heap[at]!;
          }
        }
      }
    }
    return dx;
  },
);
