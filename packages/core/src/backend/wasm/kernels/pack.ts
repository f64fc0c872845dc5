import { Pack, util, type PackAttrs, type PackInputs } from '@tensorflow/tfjs-core';
import { viewAs } from '../backend.js';
import { kernel } from '../kernel.js';
import { concatenated } from './concat.js';

/** Tensors of one shape stacked along a new axis, through our own concat. */
export const pack = kernel<PackInputs, PackAttrs>(Pack, ({ inputs, attrs, backend }, stock) => {
  const [first] = inputs;
  if (first!.dtype === 'string') return stock({ inputs, attrs, backend });
  for (const input of inputs) {
    util.assertShapesMatch(first!.shape, input.shape, 'stack: ');
  }
  const axis = attrs.axis < 0 ? attrs.axis + first!.shape.length + 1 : attrs.axis;
  const shape = first!.shape.toSpliced(axis, 0, 1);
  return concatenated(
    backend,
    inputs.map((input) => viewAs(input, shape)),
    axis,
  );
});
