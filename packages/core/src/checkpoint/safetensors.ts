import { CheckpointError } from '../errors.js';
import type { HostTensor } from '../encoder/host.js';
import { decode } from './dtype.js';
import { nearest } from './nearest.js';
import { headerLength, LENGTH_BYTES, parseHeader } from './safetensors-header.js';
import type { SafetensorsEntry, SafetensorsHeader } from './safetensors-header.js';

/** A safetensors file in memory whose header is checked; tensors are converted when they are asked for. */
export class Safetensors implements SafetensorsHeader {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
  readonly #data: Uint8Array;

  /**
   * @param file its whole content; kept, neither copied nor changed
   * @param source its name, for errors
   * @throws CheckpointError naming the file and the tensor where the header is not sound
   */
  constructor(
    file: ArrayBuffer | Uint8Array,
    readonly source: string,
  ) {
    // Always a plain Uint8Array over the same memory: a Buffer has other semantics.
    const bytes =
      file instanceof Uint8Array ? new Uint8Array(file.buffer, file.byteOffset, file.length) : new Uint8Array(file);
    const dataStart = LENGTH_BYTES + headerLength(bytes, bytes.length, source);
    this.#data = bytes.subarray(dataStart);
    const { metadata, tensors } = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart), this.#data.length, source);
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * One tensor as a copy: floats as float32, whole numbers as int32, BOOL as Uint8Array.
   * @throws CheckpointError when there is none of that name, or a value does not fit its new type
   */
  get(name: string): HostTensor {
    const entry = this.tensors.get(name);
    if (!entry) {
      const closest = nearest(name, this.tensors.keys());
      throw new CheckpointError(`${this.source}: no tensor '${name}'`, {
        hint: closest === undefined ? 'the file holds no tensors' : `the nearest name is '${closest}'`,
      });
    }
    return decodeTensor(name, entry, this.#data.subarray(entry.begin, entry.end), this.source);
  }

  /** Name and tensor, one after the other, in the order of the file. */
  *[Symbol.iterator](): Generator<[string, HostTensor]> {
    for (const name of this.tensors.keys()) yield [name, this.get(name)];
  }
}

/**
 * The bytes of one tensor → a host tensor, for files that are read range by range.
 *
 * @param bytes those of `entry`, copied
 * @throws CheckpointError when there are more or fewer, or a value does not fit its new type
 */
export function decodeTensor(name: string, entry: SafetensorsEntry, bytes: Uint8Array, source: string): HostTensor {
  const fail = (problem: string): never => {
    throw new CheckpointError(`${source}: tensor '${name}': ${problem}`);
  };
  if (bytes.length !== entry.end - entry.begin) fail(`needs ${entry.end - entry.begin} bytes, got ${bytes.length}`);
  return { data: decode(entry.dtype, bytes, fail), shape: entry.shape };
}
