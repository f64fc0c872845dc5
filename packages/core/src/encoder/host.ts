import { tensor, type NamedTensorMap } from '@tensorflow/tfjs-core';

/** A tensor that still lives in JavaScript memory. `Uint8Array` becomes a bool tensor. */
export interface HostTensor {
  readonly data: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
}

export type HostTensors = Readonly<Record<string, HostTensor>>;

/** A collated batch on the host. */
export interface HostBatch {
  /** Raw inputs of `localFeatures`, first axis = sample. */
  readonly inputs: HostTensors;
  /** Tokens T of every row, after padding. */
  readonly tokens: number;
  /** Real tokens of each row; absent when nothing is padded. */
  readonly lengths?: readonly number[];
  /** Rows in the batch. */
  readonly size: number;
  /** What a supervised task learns from, one per row; absent for unlabelled samples. */
  readonly labels?: readonly unknown[];
  /** What annotates each row in words, such as its transcript; absent where no sample has any. */
  readonly annotations?: readonly (string | undefined)[];
  /** What errors call each row: file, line or row of a table. */
  readonly names?: readonly string[];
}

/** Uploads host tensors to the backend. The caller disposes the result. */
export function upload(host: HostTensors): NamedTensorMap {
  return Object.fromEntries(
    Object.entries(host).map(([name, { data, shape }]) => {
      const dtype = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool';
      return [name, tensor(data, [...shape], dtype)];
    }),
  );
}
