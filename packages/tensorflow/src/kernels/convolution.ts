import {
  backend_util,
  tensor1d,
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { attributes, type NativeBackend, type OpAttribute } from './native.js';

// 2-D convolution and its gradients. tfjs-node's own throw for padding that is given as numbers: its convolution knows
// four numbers but not one, its gradients neither.

type Conv2DInfo = backend_util.Conv2DInfo;
type Shape4D = [number, number, number, number];
type Geometry = Pick<Conv2DAttrs, 'strides' | 'pad' | 'dataFormat' | 'dimRoundingMode'> &
  Partial<Pick<Conv2DAttrs, 'dilations'>>;

/** x (N, H, W, C) ∗ filter (kh, kw, C, O) → (N, H', W', O), or the same with channels first. */
export const conv2D: KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo };
  const info = convolution(x.shape, filter.shape, attrs as unknown as Conv2DAttrs);
  return run('Conv2D', backend as NativeBackend, info, [x, filter]);
};

/** The gradient of the filter. */
export const conv2DBackpropFilter: KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
  const geometry = attrs as unknown as Conv2DBackpropFilterAttrs;
  const info = convolution(x.shape, geometry.filterShape, geometry);
  return withSizes(info.filterShape, (sizes) =>
    run('Conv2DBackpropFilter', backend as NativeBackend, info, [x, sizes, dy]),
  );
};

/** The gradient of the input. */
export const conv2DBackpropInput: KernelFunc = ({ inputs, attrs, backend }) => {
  const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
  const geometry = attrs as unknown as Conv2DBackpropInputAttrs;
  const info = convolution(geometry.inputShape, filter.shape, geometry);
  return withSizes(geometry.inputShape, (sizes) =>
    run('Conv2DBackpropInput', backend as NativeBackend, info, [sizes, filter, dy]),
  );
};

function convolution(input: number[], filter: number[], geometry: Geometry): Conv2DInfo {
  return backend_util.computeConv2DInfo(
    input as Shape4D,
    filter as Shape4D,
    geometry.strides,
    geometry.dilations ?? 1, // the gradients of TensorFlow.js exist for dilation 1 only
    geometry.pad,
    geometry.dimRoundingMode,
    false,
    backend_util.convertConv2DDataFormat(geometry.dataFormat),
  );
}

function withSizes(shape: number[], f: (sizes: TensorInfo) => TensorInfo): TensorInfo {
  const sizes = tensor1d(shape, 'int32');
  try {
    return f(sizes);
  } finally {
    sizes.dispose();
  }
}

function run(op: string, native: NativeBackend, info: Conv2DInfo, inputs: TensorInfo[]): TensorInfo {
  const attribute = attributes(native);
  const channelsLast = info.dataFormat === 'channelsLast';
  const perAxis = (down: number, right: number): number[] => (channelsLast ? [1, down, right, 1] : [1, 1, down, right]);
  const { type, top, bottom, left, right } = info.padInfo;
  const named = type === 'SAME' || type === 'VALID';
  const list: OpAttribute[] = [
    attribute.type('T', inputs.at(-1)!.dtype),
    attribute.int('strides', perAxis(info.strideHeight, info.strideWidth)),
    attribute.int('dilations', perAxis(info.dilationHeight, info.dilationWidth)),
    attribute.string('padding', named ? type : 'EXPLICIT'),
    attribute.string('data_format', channelsLast ? 'NHWC' : 'NCHW'),
    attribute.bool('use_cudnn_on_gpu', true),
  ];
  if (!named) {
    const pads = [top, bottom, left, right];
    list.push(attribute.int('explicit_paddings', channelsLast ? [0, 0, ...pads, 0, 0] : [0, 0, 0, 0, ...pads]));
  }
  return native.executeSingleOutput(op, list, inputs);
}
