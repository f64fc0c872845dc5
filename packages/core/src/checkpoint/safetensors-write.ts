import { CheckpointError } from '../errors.js';
import type { HostTensor } from '../encoder/host.js';
import { DTYPE_BITS } from './dtype.js';
import { LENGTH_BYTES } from './safetensors-header.js';

/** Element types that are written, in the order in which the format's own writer puts them. */
const WRITTEN = ['F32', 'I32', 'BOOL'] as const;
export type WrittenDtype = (typeof WRITTEN)[number];

/** Start of a safetensors file, and what must follow it. */
export interface SafetensorsLayout {
  /** Length and header, padded with spaces to a multiple of 8 bytes. */
  readonly header: Uint8Array;
  /** Names in the order in which their data follow. */
  readonly order: readonly string[];
  /** Of the whole file. */
  readonly byteLength: number;
}

export type Metadata = Readonly<Record<string, string>>;

/**
 * Lays out a file before its tensors are at hand: write `header`, then the bytes of each tensor in `order`. Tensors are
 * ordered by decreasing element size, then name, as by the format's own writer (reference: checkpoints.md §8).
 *
 * @throws CheckpointError for a tensor named `__metadata__`
 */
export function layoutSafetensors(
  tensors: ReadonlyMap<string, { readonly dtype: WrittenDtype; readonly shape: readonly number[] }>,
  metadata?: Metadata,
): SafetensorsLayout {
  const entries = [...tensors].sort(([nameA, a], [nameB, b]) => {
    return WRITTEN.indexOf(a.dtype) - WRITTEN.indexOf(b.dtype) || (nameA < nameB ? -1 : 1);
  });
  const members = metadata ? [`"__metadata__":${JSON.stringify(metadata)}`] : [];
  let end = 0;
  for (const [name, { dtype, shape }] of entries) {
    if (name === '__metadata__') throw new CheckpointError("a tensor cannot be named '__metadata__'");
    const begin = end;
    end += (product(shape) * DTYPE_BITS[dtype]) / 8;
    members.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
  }
  const json = new TextEncoder().encode(`{${members.join(',')}}`);
  const length = Math.ceil(json.length / 8) * 8;
  const header = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, LENGTH_BYTES);
  return { header, order: entries.map(([name]) => name), byteLength: header.length + end };
}

/** The element type that a host tensor is written as. */
export function writtenDtype({ data }: HostTensor): WrittenDtype {
  return data instanceof Float32Array ? 'F32' : data instanceof Int32Array ? 'I32' : 'BOOL';
}

/**
 * A tensor's bytes in a file: a view of its memory.
 * @throws CheckpointError when its data do not fill its shape, or a Uint8Array holds more than 0 and 1
 */
export function encodeTensor(name: string, { data, shape }: HostTensor): Uint8Array {
  if (data.length !== product(shape)) {
    throw new CheckpointError(`tensor '${name}': the shape [${shape.join(', ')}] does not hold ${data.length} values`);
  }
  if (data instanceof Uint8Array && data.some((value) => value > 1)) {
    throw new CheckpointError(`tensor '${name}': a Uint8Array is written as BOOL and holds 0 and 1 only`, {
      hint: 'use an Int32Array for numbers',
    });
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * A file piece by piece, for models that do not fit twice into memory. The pieces after the first are views of the
 * tensors' memory: use them before it changes.
 *
 * @throws CheckpointError naming the tensor that cannot be written
 */
export function* safetensorsChunks(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata?: Metadata,
): Generator<Uint8Array, void, undefined> {
  const specs = new Map([...tensors].map(([name, t]) => [name, { dtype: writtenDtype(t), shape: t.shape }]));
  const { header, order } = layoutSafetensors(specs, metadata);
  yield header;
  for (const name of order) yield encodeTensor(name, tensors.get(name)!);
}

/**
 * A whole file: Float32Array as F32, Int32Array as I32, Uint8Array as BOOL.
 * @throws CheckpointError naming the tensor that cannot be written
 */
export function writeSafetensors(tensors: ReadonlyMap<string, HostTensor>, metadata?: Metadata): Uint8Array {
  const chunks = [...safetensorsChunks(tensors, metadata)];
  const file = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    file.set(chunk, at);
    at += chunk.length;
  }
  return file;
}

const product = (shape: readonly number[]): number => shape.reduce((sum, size) => sum * size, 1);
