import { getKernel, registerKernel, unregisterKernel, type KernelFunc } from '@tensorflow/tfjs-core';
import { batchMatMul } from './batch-mat-mul.js';
import { biasAdd, columnSum } from './bias.js';
import { conv2D, conv2DBackpropFilter, conv2DBackpropInput } from './convolution.js';
import { denseBincount } from './dense-bincount.js';
import { gatherV2 } from './gather.js';
import { groupedConv2D, hasGroupedConv } from './grouped-conv.js';
import { BACKEND, nativeBackend } from './native.js';

/** d2v's kernels for native TensorFlow. The first group replaces tfjs-node's or adds what it lacks; the second is d2v's own. */
export const kernels: Readonly<Record<string, KernelFunc>> = {
  BatchMatMul: batchMatMul,
  Conv2D: conv2D,
  Conv2DBackpropFilter: conv2DBackpropFilter,
  Conv2DBackpropInput: conv2DBackpropInput,
  DenseBincount: denseBincount,
  GatherV2: gatherV2,

  BiasAdd: biasAdd,
  ColumnSum: columnSum,
};

/** Registers d2v's kernels for the backend 'tensorflow', in place of tfjs-node's own of those names. */
export function registerKernels(): void {
  const optional = hasGroupedConv(nativeBackend()) ? { GroupedConv2D: groupedConv2D } : {};
  for (const [kernelName, kernelFunc] of Object.entries({ ...kernels, ...optional })) {
    const present = getKernel(kernelName, BACKEND);
    if (present?.kernelFunc === kernelFunc) continue;
    if (present) unregisterKernel(kernelName, BACKEND);
    registerKernel({ kernelName, backendName: BACKEND, kernelFunc });
  }
}
