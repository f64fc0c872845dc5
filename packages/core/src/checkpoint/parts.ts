import { CheckpointError } from '../errors.js';
import type { HostTensor } from '../encoder/host.js';

/**
 * Tensors of one shape, side by side along their last axis: (…, w) × n → (…, n·w).
 *
 * @throws CheckpointError naming the tensor that they become when their shapes differ
 */
export function joinParts(parts: readonly HostTensor[], name: string): HostTensor {
  const [{ data: first, shape }] = parts as [HostTensor];
  const wrong = parts.find((part) => part.shape.join() !== shape.join());
  if (wrong) {
    throw new CheckpointError(
      `parts of '${name}' have the shapes [${shape.join(', ')}] and [${wrong.shape.join(', ')}]`,
    );
  }
  const width = shape[shape.length - 1]!;
  const data = new (first.constructor as new (size: number) => typeof first)(first.length * parts.length);
  parts.forEach((part, i) => {
    for (let row = 0; row * width < first.length; row++) {
      data.set(part.data.subarray(row * width, (row + 1) * width), (row * parts.length + i) * width);
    }
  });
  return { data, shape: [...shape.slice(0, -1), width * parts.length] };
}

/**
 * The `index`-th of `of` equal parts along the last axis; the inverse of `joinParts`.
 *
 * @throws CheckpointError naming the tensor when its last axis has no such parts
 */
export function takePart({ data, shape }: HostTensor, index: number, of: number, name: string): HostTensor {
  const whole = shape[shape.length - 1] ?? 0;
  const width = whole / of;
  if (!Number.isInteger(width) || width === 0) {
    throw new CheckpointError(`tensor '${name}' has the shape [${shape.join(', ')}], which has no ${of} equal parts`);
  }
  const out = data.slice(0, data.length / of);
  for (let row = 0; row * width < out.length; row++) {
    out.set(data.subarray(row * whole + index * width, row * whole + (index + 1) * width), row * width);
  }
  return { data: out, shape: [...shape.slice(0, -1), width] };
}
