import { Select, util, type SelectInputs } from '@tensorflow/tfjs-core';
import { byte } from '../backend.js';
import { kernel } from '../kernel.js';

/** where() on bool: the stock kernel moves 4 bytes an element whatever the dtype and overruns the output. */
export const select = kernel<SelectInputs>(Select, ({ inputs: { condition, t, e }, backend }, stock) => {
  if (t.dtype !== 'bool') return stock({ inputs: { condition, t, e }, attrs: {}, backend });
  const out = backend.makeOutput(t.shape, 'bool');
  const size = util.sizeFromShape(t.shape);
  // A condition of rank 1 on a tensor of higher rank chooses whole rows.
  const row = size === 0 ? 1 : size / util.sizeFromShape(condition.shape);
  const heap = backend.wasm.HEAPU8;
  const [c, yes, no, to] = [byte(backend, condition), byte(backend, t), byte(backend, e), byte(backend, out)];
  for (let i = 0; i < size; i++) heap[to + i] = heap[(heap[c + Math.floor(i / row)] ? yes : no) + i]!;
  return out;
});
