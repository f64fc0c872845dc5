import { Cast, util, type CastAttrs, type CastInputs, type TensorInfo } from '@tensorflow/tfjs-core';
import { byte, element, share, type WasmBackend } from '../backend.js';
import { kernel } from '../kernel.js';

/** x ≠ 0 for a cast to bool, where the stock kernel keeps the low byte; a cast to the same dtype shares the memory. */
export const cast = kernel<CastInputs, CastAttrs>(Cast, ({ inputs: { x }, attrs, backend }, stock) => {
  if (x.dtype === attrs.dtype && x.dtype !== 'string') return share(backend, x, x.shape);
  if (attrs.dtype === 'bool' && (x.dtype === 'float32' || x.dtype === 'int32')) return toBool(backend, x);
  return stock({ inputs: { x }, attrs, backend });
});

function toBool(backend: WasmBackend, x: TensorInfo): TensorInfo {
  const out = backend.makeOutput(x.shape, 'bool');
  const { wasm } = backend;
  const source = x.dtype === 'float32' ? wasm.HEAPF32 : wasm.HEAP32;
  const from = element(backend, x);
  const to = byte(backend, out);
  const size = util.sizeFromShape(x.shape);
  for (let i = 0; i < size; i++) wasm.HEAPU8[to + i] = source[from + i] === 0 ? 0 : 1;
  return out;
}
