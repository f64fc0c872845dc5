import { backend_util, GatherV2, util, type GatherV2Attrs, type GatherV2Inputs } from '@tensorflow/tfjs-core';
import { ShapeError } from '../../../errors.js';
import { byte, element } from '../backend.js';
import { kernel } from '../kernel.js';

/**
 * Slices of x along one axis; the stock kernel takes every batch's slices from the first when `batchDims` > 0.
 *
 * @throws ShapeError for an index outside the axis
 */
export const gather = kernel<GatherV2Inputs, GatherV2Attrs>(
  GatherV2,
  ({ inputs: { x, indices }, attrs, backend }, stock) => {
    if (x.dtype === 'string') return stock({ inputs: { x, indices }, attrs, backend });
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!;
    const info = backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, attrs.batchDims);
    const out = backend.makeOutput(info.outputShape, x.dtype);
    const { HEAP32, HEAPU8 } = backend.wasm;
    const { batchSize, outerSize, dimSize, sliceSize } = info;
    const perBatch = util.sizeFromShape(indices.shape) / (batchSize || 1);
    const from = element(backend, indices);
    for (let i = 0; i < perBatch * batchSize; i++) {
      const index = HEAP32[from + i]!;
      if (index < 0 || index >= dimSize) {
        backend.disposeData(out.dataId);
        throw new ShapeError(`gather: index ${index} at position ${i} is not in [0, ${dimSize})`, {
          hint: 'check the ids or indices against the size of the gathered axis',
        });
      }
    }

    const bool = x.dtype === 'bool';
    const heap = bool ? HEAPU8 : HEAP32;
    let to = bool ? byte(backend, out) : element(backend, out);
    let source = bool ? byte(backend, x) : element(backend, x);
    for (let b = 0; b < batchSize; b++) {
      const first = from + b * perBatch;
      for (let o = 0; o < outerSize; o++, source += dimSize * sliceSize) {
        for (let i = 0; i < perBatch; i++, to += sliceSize) {
          const start = source + HEAP32[first + i]! * sliceSize;
          heap.copyWithin(to, start, start + sliceSize);
        }
      }
    }
    return out;
  },
);
