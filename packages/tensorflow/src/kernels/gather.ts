import { backend_util, scalar, type GatherV2Attrs, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import { attributes, type NativeBackend } from './native.js';

/**
 * Slices of x along an axis by index. Unlike tfjs-node's own it does not read the indices back to JavaScript: on the CPU
 * TensorFlow itself throws for an index out of range, on a GPU such an index gives zeros.
 */
export const gatherV2: KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, indices } = inputs as { x: TensorInfo; indices: TensorInfo };
  const { axis, batchDims } = attrs as unknown as GatherV2Attrs;
  backend_util.segment_util.collectGatherOpShapeInfo(x as never, indices as never, axis, batchDims);
  const native = backend as NativeBackend;
  const attribute = attributes(native);
  const axisTensor = scalar(axis, 'int32');
  try {
    return native.executeSingleOutput(
      'GatherV2',
      [
        attribute.int('batch_dims', batchDims),
        attribute.type('Tparams', x.dtype),
        attribute.type('Tindices', indices.dtype),
        attribute.type('Taxis', 'int32'),
      ],
      [x, indices, axisTensor],
    );
  } finally {
    axisTensor.dispose();
  }
};
