import {
  engine,
  getBackend,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
} from '@tensorflow/tfjs-core';

/**
 * An op has one definition, composed of TensorFlow.js ops; a backend may register a faster kernel under the op's name,
 * which is then used instead.
 */
export function kernelOr(
  name: string,
  inputs: NamedTensorMap,
  compose: () => Tensor,
  attrs: NamedAttrMap = {},
): Tensor {
  return getKernel(name, getBackend()) ? engine().runKernel<Tensor>(name, inputs, attrs) : compose();
}
