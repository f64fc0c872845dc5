import type { Kernel } from '../kernel.js';
import { batchMatMul } from './batch-mat-mul.js';
import { cast } from './cast.js';
import { columnSum } from './column-sum.js';
import { concat } from './concat.js';
import { conv2DBackpropFilter } from './conv2d-backprop-filter.js';
import { conv2DBackpropInput } from './conv2d-backprop-input.js';
import { depthwiseBackpropFilter } from './depthwise-backprop-filter.js';
import { depthwiseBackpropInput } from './depthwise-backprop-input.js';
import { einsum } from './einsum.js';
import { gather } from './gather.js';
import { groupedConv2D, groupedConv2DBackpropFilter } from './grouped-conv2d.js';
import { identity } from './identity.js';
import { maxPoolGrad } from './max-pool-grad.js';
import { mean } from './mean.js';
import { oneHot } from './one-hot.js';
import { pack } from './pack.js';
import { reverse } from './reverse.js';
import { select } from './select.js';
import { slice } from './slice.js';
import { split } from './split.js';
import { stridedSlice } from './strided-slice.js';
import { sum } from './sum.js';
import { transpose } from './transpose.js';
import { unpack } from './unpack.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';

/** Every kernel that d2v gives the wasm backend. */
export const kernels: readonly Kernel[] = [
  // Missing in the stock backend.
  unsortedSegmentSum,
  conv2DBackpropFilter,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  einsum,
  columnSum,
  groupedConv2D,
  groupedConv2DBackpropFilter,
  // Wrong in the stock backend.
  select,
  cast,
  oneHot,
  gather,
  maxPoolGrad,
  reverse,
  stridedSlice,
  // Slow in the stock backend.
  batchMatMul,
  transpose,
  conv2DBackpropInput,
  sum,
  mean,
  slice,
  split,
  unpack,
  concat,
  pack,
  identity,
];
