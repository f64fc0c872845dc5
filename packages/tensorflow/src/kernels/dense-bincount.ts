import { scalar, type DenseBincountAttrs, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import { attributes, type NativeBackend } from './native.js';

/** Counts of each value in [0, size), per row of x (N) or (B, N), weighted or binary. tfjs-node has no such kernel. */
export const denseBincount: KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, weights } = inputs as { x: TensorInfo; weights: TensorInfo };
  const { size, binaryOutput = false } = attrs as unknown as DenseBincountAttrs;
  const native = backend as NativeBackend;
  const attribute = attributes(native);
  const sizeTensor = scalar(size, 'int32');
  try {
    return native.executeSingleOutput(
      'DenseBincount',
      [
        attribute.type('Tidx', 'int32'),
        attribute.type('T', weights.dtype),
        attribute.bool('binary_output', binaryOutput),
      ],
      [x, sizeTensor, weights],
    );
  } finally {
    sizeTensor.dispose();
  }
};
