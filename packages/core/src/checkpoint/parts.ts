import { CheckpointError } from '../errors.js';
import type { HostTensor } from '../encoder/host.js';
import type { Part } from './name-map.js';

/**
 * Tensors side by side along their last axis.
 *
 * @throws CheckpointError naming the tensor when the parts differ in shape or kind
 */
export function joinParts(parts: readonly HostTensor[], name: string): HostTensor {
  const [{ data, shape }] = parts as [HostTensor];
  if (parts.some((part) => `${part.shape}` !== `${shape}` || part.data.constructor !== data.constructor)) {
    const shapes = parts.map((part) => `[${part.shape.join(', ')}]`).join(' and ');
    throw new CheckpointError(`the parts of '${name}' have the shapes ${shapes}; they must be equal`);
  }
  const width = shape[shape.length - 1] ?? 1;
  const rows = data.length / width;
  const joined = new (data.constructor as new (length: number) => typeof data)(data.length * parts.length);
  parts.forEach((part, index) => {
    for (let row = 0; row < rows; row++) {
      joined.set(part.data.subarray(row * width, (row + 1) * width), (row * parts.length + index) * width);
    }
  });
  return { data: joined, shape: [...shape.slice(0, -1), width * parts.length] };
}

/**
 * The inverse of `joinParts`: one part of a tensor.
 *
 * @throws CheckpointError naming the tensor when its last axis does not divide
 */
export function takePart({ data, shape }: HostTensor, { index, of }: Part, name: string): HostTensor {
  const whole = shape[shape.length - 1] ?? 1;
  const width = whole / of;
  if (!Number.isInteger(width)) {
    throw new CheckpointError(
      `'${name}' has the shape [${shape.join(', ')}], whose last axis is not ${of} equal parts`,
    );
  }
  const rows = data.length / whole;
  const part = new (data.constructor as new (length: number) => typeof data)(rows * width);
  for (let row = 0; row < rows; row++) {
    const start = row * whole + index * width;
    part.set(data.subarray(start, start + width), row * width);
  }
  return { data: part, shape: [...shape.slice(0, -1), width] };
}
