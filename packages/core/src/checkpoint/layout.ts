import { CheckpointError } from '../errors.js';
import type { HostTensor } from '../encoder/host.js';
import type { Layout } from './name-map.js';

/** Our axis i is PyTorch's axis AXES[layout][i] (reference: checkpoints.md §7). */
const AXES: Readonly<Record<Exclude<Layout, 'same' | 'token'>, readonly number[]>> = {
  linear: [1, 0],
  conv1d: [2, 1, 0],
  conv2d: [2, 3, 1, 0],
};

/**
 * From PyTorch's order of axes to ours: linear (out, in) → (in, out), conv1d (O, I, k) → (k, I, O), conv2d
 * (O, I, kh, kw) → (kh, kw, I, O). token (D) → (1, 1, D).
 * `same` and `token` share the tensor's data, the others copy it.
 *
 * @throws CheckpointError naming the tensor when it has another number of axes
 */
export function fromPyTorch(layout: Layout, tensor: HostTensor, name: string): HostTensor {
  if (layout === 'same') return tensor;
  if (layout === 'token') return { data: tensor.data, shape: [1, 1, tensor.data.length] };
  return permute(tensor, AXES[layout], layout, name);
}

/** The inverse of `fromPyTorch`. */
export function toPyTorch(layout: Layout, tensor: HostTensor, name: string): HostTensor {
  if (layout === 'same') return tensor;
  if (layout === 'token') return { data: tensor.data, shape: [tensor.data.length] };
  const axes = AXES[layout];
  const inverse = axes.map((_, axis) => axes.indexOf(axis));
  return permute(tensor, inverse, layout, name);
}

function permute({ data, shape }: HostTensor, axes: readonly number[], layout: Layout, name: string): HostTensor {
  if (shape.length !== axes.length) {
    throw new CheckpointError(
      `tensor '${name}' has the shape [${shape.join(', ')}], the layout ${layout} needs ${axes.length} axes`,
    );
  }
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = axes.map((axis) => shape[axis]!);
  const steps = axes.map((axis) => strides[axis]!);
  const out = data.slice();
  const last = axes.length - 1;
  let at = 0;
  const walk = (axis: number, offset: number): void => {
    const [size, step] = [sizes[axis]!, steps[axis]!];
    if (axis < last) for (let i = 0; i < size; i++) walk(axis + 1, offset + i * step);
    else for (let i = 0; i < size; i++) out[at++] = data[offset + i * step]!;
  };
  walk(0, 0);
  return { data: out, shape: sizes };
}
