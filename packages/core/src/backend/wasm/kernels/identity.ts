import { Identity, type IdentityInputs } from '@tensorflow/tfjs-core';
import { share } from '../backend.js';
import { kernel } from '../kernel.js';

/** Shares the memory of x, as Reshape does; the stock kernel copies it, once for every tensor that a gradient saves. */
export const identity = kernel<IdentityInputs>(Identity, ({ inputs: { x }, backend }, stock) =>
  x.dtype === 'string' ? stock({ inputs: { x }, attrs: {}, backend }) : share(backend, x, x.shape),
);
