import { OneHot, util, type OneHotAttrs, type OneHotInputs } from '@tensorflow/tfjs-core';
import { byte, element } from '../backend.js';
import { kernel } from '../kernel.js';

/** indices (…) → (…, depth) in any numeric dtype; the stock kernel writes int32 bits whatever the dtype. */
export const oneHot = kernel<OneHotInputs, OneHotAttrs>(OneHot, ({ inputs: { indices }, attrs, backend }) => {
  const { depth, onValue, offValue, dtype } = attrs;
  const out = backend.makeOutput([...indices.shape, depth], dtype);
  const count = util.sizeFromShape(indices.shape);
  const { wasm } = backend;
  const heap = dtype === 'float32' ? wasm.HEAPF32 : dtype === 'bool' ? wasm.HEAPU8 : wasm.HEAP32;
  const to = dtype === 'bool' ? byte(backend, out) : element(backend, out);
  const from = element(backend, indices);
  heap.fill(offValue, to, to + count * depth);
  for (let i = 0; i < count; i++) {
    const index = wasm.HEAP32[from + i]!;
    if (index >= 0 && index < depth) heap[to + i * depth + index] = onValue;
  }
  return out;
});
