import {
  backend_util,
  tensor1d,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { attributes, type NativeBackend, type OpAttribute } from './native.js';

type Conv2DInfo = backend_util.Conv2DInfo;
type Shape4D = [number, number, number, number];
type Geometry = Pick<Conv2DBackpropFilterAttrs, 'strides' | 'pad' | 'dataFormat' | 'dimRoundingMode'>;

/** The gradient of a convolution's filter, explicit padding included, for which tfjs-node's own throws. */
export const conv2DBackpropFilter: KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
  const geometry = attrs as unknown as Conv2DBackpropFilterAttrs;
  const info = convolution(x.shape, geometry.filterShape, geometry);
  return withSizes(info.filterShape, (sizes) =>
    run('Conv2DBackpropFilter', backend as NativeBackend, info, [x, sizes, dy]),
  );
};

/** The gradient of a convolution's input, explicit padding included, for which tfjs-node's own throws. */
export const conv2DBackpropInput: KernelFunc = ({ inputs, attrs, backend }) => {
  const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
  const geometry = attrs as unknown as Conv2DBackpropInputAttrs;
  const info = convolution(geometry.inputShape, filter.shape, geometry);
  return withSizes(info.inShape, (sizes) =>
    run('Conv2DBackpropInput', backend as NativeBackend, info, [sizes, filter, dy]),
  );
};

function convolution(
  input: number[],
  filter: number[],
  { strides, pad, dataFormat, dimRoundingMode }: Geometry,
): Conv2DInfo {
  return backend_util.computeConv2DInfo(
    input as Shape4D,
    filter as Shape4D,
    strides,
    1, // the gradients of TensorFlow.js exist for dilation 1 only
    pad,
    dimRoundingMode,
    false,
    backend_util.convertConv2DDataFormat(dataFormat),
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
  const { strideHeight: down, strideWidth: right, padInfo } = info;
  const list: OpAttribute[] = [
    attribute.type('T', 'float32'),
    attribute.int('strides', channelsLast ? [1, down, right, 1] : [1, 1, down, right]),
    attribute.string('padding', padInfo.type),
    attribute.string('data_format', channelsLast ? 'NHWC' : 'NCHW'),
    attribute.bool('use_cudnn_on_gpu', true),
    attribute.int('dilations', [1, 1, 1, 1]),
  ];
  if (padInfo.type === 'EXPLICIT') {
    const pads = [padInfo.top, padInfo.bottom, padInfo.left, padInfo.right];
    list.push(attribute.int('explicit_paddings', channelsLast ? [0, 0, ...pads, 0, 0] : [0, 0, 0, 0, ...pads]));
  }
  return native.executeSingleOutput(op, list, inputs);
}
