import { tensor4d, tidy, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import { attributes, type NativeBackend } from './native.js';

/**
 * The op GroupedConv2D of d2v: x (N, H, W, C) ∗ weight (kh, kw, C/groups, O) → (N, H, W, O), stride 1, attribute
 * `before` = rows and columns of zeros above and left of x. TensorFlow's Conv2D sees the groups from the shapes.
 */
export const groupedConv2D: KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, weight } = inputs as { x: TensorInfo; weight: TensorInfo };
  const [top, left] = (attrs as unknown as { before: [number, number] }).before;
  const [kh, kw] = weight.shape as [number, number, number, number];
  const native = backend as NativeBackend;
  const attribute = attributes(native);
  return native.executeSingleOutput(
    'Conv2D',
    [
      attribute.type('T', x.dtype),
      attribute.int('strides', [1, 1, 1, 1]),
      attribute.int('dilations', [1, 1, 1, 1]),
      attribute.string('padding', 'EXPLICIT'),
      attribute.int('explicit_paddings', [0, 0, top, kh - 1 - top, left, kw - 1 - left, 0, 0]),
      attribute.string('data_format', 'NHWC'),
      attribute.bool('use_cudnn_on_gpu', true),
    ],
    [x, weight],
  );
};

/** Whether this TensorFlow convolves in groups; older ones refuse on a CPU. */
export function hasGroupedConv(native: NativeBackend): boolean {
  return tidy(() => {
    const inputs = { x: tensor4d([1, 2], [1, 1, 1, 2]), weight: tensor4d([3, 4], [1, 1, 1, 2]) };
    try {
      const y = groupedConv2D({ inputs, attrs: { before: [0, 0] }, backend: native }) as TensorInfo;
      const [first, second] = native.readSync(y.dataId) as Float32Array;
      return first === 3 && second === 8;
    } catch {
      return false;
    }
  }) as boolean;
}
