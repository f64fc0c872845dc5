import {
  getKernel,
  registerKernel,
  unregisterKernel,
  UnsortedSegmentSum,
  util,
  type DataId,
  type KernelConfig,
  type TensorInfo,
  type UnsortedSegmentSumAttrs,
  type UnsortedSegmentSumInputs,
} from '@tensorflow/tfjs-core';

/** The members of TensorFlow.js's cpu backend that a kernel uses. */
interface CpuBackend {
  readonly data: { get(id: DataId): { readonly values: Float32Array | Int32Array } };
  makeTensorInfo(shape: number[], dtype: string, values: Float32Array | Int32Array): TensorInfo;
}

/** tfjs-core types every input as possibly missing. */
type Given = { [Name in keyof UnsortedSegmentSumInputs]: NonNullable<UnsortedSegmentSumInputs[Name]> };

type Installed = KernelConfig & { readonly d2v?: true };

/**
 * Replaces the cpu backend's UnsortedSegmentSum, which goes through all of x once for every segment: as the gradient of
 * a look-up in a table of 50,000 rows it never ends. Further calls do nothing.
 */
export function installSegmentSum(): void {
  const stock: Installed | undefined = getKernel(UnsortedSegmentSum, 'cpu');
  if (stock?.d2v) return;
  if (stock) unregisterKernel(UnsortedSegmentSum, 'cpu');
  const config: Installed = {
    kernelName: UnsortedSegmentSum,
    backendName: 'cpu',
    d2v: true,
    kernelFunc: ({ inputs, attrs, backend }) =>
      segmentSum(inputs as Given, attrs as unknown as UnsortedSegmentSumAttrs, backend as unknown as CpuBackend),
  };
  registerKernel(config);
}

/** out[segmentIds[i]] += x[i]; ids outside [0, numSegments) are dropped, as in TensorFlow. */
function segmentSum(
  { x, segmentIds }: Given,
  { numSegments }: UnsortedSegmentSumAttrs,
  backend: CpuBackend,
): TensorInfo {
  const from = backend.data.get(x.dataId).values;
  const ids = backend.data.get(segmentIds.dataId).values;
  const innerShape = x.shape.slice(segmentIds.shape.length);
  const inner = util.sizeFromShape(innerShape);
  const out = x.dtype === 'int32' ? new Int32Array(numSegments * inner) : new Float32Array(numSegments * inner);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (id < 0 || id >= numSegments) continue;
    for (let j = 0; j < inner; j++) out[id * inner + j]! += from[i * inner + j]!;
  }
  return backend.makeTensorInfo([numSegments, ...innerShape], x.dtype, out);
}
