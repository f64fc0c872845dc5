import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { byte, viewAs, type WasmBackend } from '../backend.js';
import { kernel } from '../kernel.js';
import { fillPatches, positionsOf, tapGroups, tapsOf } from '../taps.js';
import { convolve, multiply, releaseRight, viewRight } from '../xnnpack.js';
import { transposed } from './transpose.js';

type Pair = readonly [number, number];

/**
 * Our own kernel 'GroupedConv2D': x (N, H, W, C) ∗ weight (kh, kw, C/groups, O) → (N, H, W, O), stride 1, `before` = rows and
 * columns of zeros above and left of x. One convolution of XNNPACK a group.
 */
export const groupedConv2D = kernel<{ x: TensorInfo; weight: TensorInfo }, { before: Pair }>(
  'GroupedConv2D',
  ({ inputs: { x, weight }, attrs: { before }, backend }) => {
    const [images, height, width, channels] = x.shape as [number, number, number, number];
    const [kh, kw, inputs, allOutputs] = weight.shape as [number, number, number, number];
    const groups = channels / inputs;
    const outputs = allOutputs / groups;
    const positions = images * height * width;
    const filterSize = kh * kw * inputs * outputs;
    const xGroups = byGroup(backend, x, groups);
    const filters = byGroup(backend, weight, groups);
    const out = backend.makeOutput([groups, positions, outputs], 'float32');
    const convolution = { grid: [images, height, width], kernel: [kh, kw], before, inputs, outputs } as const;
    for (let g = 0; g < groups; g++) {
      const from = byte(backend, xGroups) + 4 * g * positions * inputs;
      const to = byte(backend, out) + 4 * g * positions * outputs;
      convolve(backend, from, byte(backend, filters) + 4 * g * filterSize, to, convolution);
    }
    for (const each of [xGroups, filters]) backend.disposeData(each.dataId);
    return together(backend, out, [images, height, width, allOutputs]);
  },
);

/**
 * Our own kernel 'GroupedConv2DBackpropFilter', the gradient of its weight (kh, kw, C/groups, O) from x (N, H, W, C) and dy
 * (N, H, W, O): as Conv2DBackpropFilter, group by group.
 */
export const groupedConv2DBackpropFilter = kernel<
  { x: TensorInfo; dy: TensorInfo },
  { before: Pair; filterShape: number[] }
>('GroupedConv2DBackpropFilter', ({ inputs: { x, dy }, attrs: { before, filterShape }, backend }) => {
  const shape = x.shape as [number, number, number, number];
  const [kh, kw, inputs, allOutputs] = filterShape as [number, number, number, number];
  const groups = shape[3] / inputs;
  const outputs = allOutputs / groups;
  const [top, left] = before;
  const pad: backend_util.ExplicitPadding = [[0, 0], [top, kh - 1 - top], [left, kw - 1 - left], [0, 0]]; // prettier-ignore
  const conv = backend_util.computeConv2DInfo(shape, [kh, kw, shape[3], allOutputs], 1, 1, pad);
  const positions = positionsOf(conv);
  const dyGroups = byGroup(backend, dy, groups);
  const out = backend.makeOutput([groups, kh * kw * inputs, outputs], 'float32');
  const sets = tapGroups(tapsOf(conv), inputs);
  const patches = backend.makeOutput([sets[0]!.length * inputs, positions], 'float32');
  for (let g = 0; g < groups; g++) {
    const right = viewRight(backend, byte(backend, dyGroups) + 4 * g * positions * outputs, positions, outputs);
    for (const taps of sets) {
      fillPatches(backend, conv, taps, { x, first: g * inputs, channels: inputs }, patches);
      const row = (g * kh * kw + taps[0]!.index) * inputs;
      multiply(backend, taps.length * inputs, byte(backend, patches), right, byte(backend, out) + 4 * row * outputs);
    }
    releaseRight(backend, right);
  }
  for (const each of [dyGroups, patches]) backend.disposeData(each.dataId);
  return together(backend, out, filterShape);
});

/** (…, G·c) → (G, rows, c): channels are group-major. */
function byGroup(backend: WasmBackend, x: TensorInfo, groups: number): TensorInfo {
  const channels = x.shape.at(-1)! / groups;
  const rows = x.shape.slice(0, -1).reduce((product, size) => product * size, 1);
  return transposed(backend, viewAs(x, [rows, groups, channels]), [1, 0, 2]);
}

/** (G, rows, c) → `shape` (…, G·c), taking x over. */
function together(backend: WasmBackend, x: TensorInfo, shape: readonly number[]): TensorInfo {
  const joined = transposed(backend, x, [1, 0, 2]);
  backend.disposeData(x.dataId);
  return viewAs(joined, shape);
}
