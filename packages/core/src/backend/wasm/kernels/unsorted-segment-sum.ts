import {
  UnsortedSegmentSum,
  util,
  type UnsortedSegmentSumAttrs,
  type UnsortedSegmentSumInputs,
} from '@tensorflow/tfjs-core';
import { BackendError } from '../../../errors.js';
import { element, zeros } from '../backend.js';
import { kernel } from '../kernel.js';

/**
 * out[segmentIds[i]] += x[i], x (ids…, inner…) → (numSegments, inner…): the gradient of gather. Ids outside
 * [0, numSegments) are dropped, as in TensorFlow. Missing in the stock backend.
 *
 * @throws BackendError for x of another dtype than float32 and int32
 */
export const unsortedSegmentSum = kernel<UnsortedSegmentSumInputs, UnsortedSegmentSumAttrs>(
  UnsortedSegmentSum,
  ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
    if (x.dtype !== 'float32' && x.dtype !== 'int32') {
      throw new BackendError(`unsortedSegmentSum: x must be float32 or int32, got ${x.dtype}`, {
        hint: "cast it to 'int32'",
      });
    }
    const innerShape = x.shape.slice(segmentIds.shape.length);
    const inner = util.sizeFromShape(innerShape);
    const count = util.sizeFromShape(segmentIds.shape);
    const out = zeros(backend, [numSegments, ...innerShape], x.dtype);
    const { HEAP32, HEAPF32 } = backend.wasm;
    const heap = x.dtype === 'int32' ? HEAP32 : HEAPF32;
    const ids = element(backend, segmentIds);
    const to = element(backend, out);
    let from = element(backend, x);
    for (let i = 0; i < count; i++, from += inner) {
      const id = HEAP32[ids + i]!;
      if (id < 0 || id >= numSegments) continue;
      const row = to + id * inner;
      for (let j = 0; j < inner; j++) heap[row + j]! += heap[from + j]!;
    }
    return out;
  },
);
