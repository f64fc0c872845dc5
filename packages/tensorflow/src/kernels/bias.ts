import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { attributes, type NativeBackend } from './native.js';

/** The op BiasAdd of d2v: x (R, C) + bias (C) → (R, C), without the general broadcast of Add. */
export const biasAdd: KernelFunc = ({ inputs, backend }) => {
  const { x, bias } = inputs as { x: TensorInfo; bias: TensorInfo };
  return run('BiasAdd', backend as NativeBackend, [x, bias]);
};

/** The op ColumnSum of d2v: x (R, C) → (C), the gradient of a bias. */
export const columnSum: KernelFunc = ({ inputs, backend }) => {
  const { x } = inputs as { x: TensorInfo };
  return run('BiasAddGrad', backend as NativeBackend, [x]);
};

function run(op: string, native: NativeBackend, inputs: TensorInfo[]): TensorInfo {
  const attribute = attributes(native);
  return native.executeSingleOutput(
    op,
    [attribute.type('T', inputs[0]!.dtype), attribute.string('data_format', 'NHWC')],
    inputs,
  );
}
