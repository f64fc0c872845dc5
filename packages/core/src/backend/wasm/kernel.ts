import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmBackend } from './backend.js';

/** What a kernel is called with. */
export interface Call<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: WasmBackend;
}

/** A kernel of the wasm backend under TensorFlow.js's name. */
export interface Kernel {
  readonly name: string;
  /** `stock` is the kernel that the backend comes with; it throws where there is none. */
  readonly run: (call: Call<never, never>, stock: Stock) => TensorInfo | TensorInfo[];
}

export type Stock = (call: Call<unknown, unknown>) => TensorInfo;

/** tfjs-core types every input as possibly missing, for the few kernels that have optional ones. */
type Given<Inputs> = { [Name in keyof Inputs]: NonNullable<Inputs[Name]> };

/** Types a kernel: `Inputs` and `Attributes` are the interfaces of tfjs-core that carry its name. */
export function kernel<Inputs, Attributes = unknown>(
  name: string,
  run: (call: Call<Given<Inputs>, Attributes>, stock: Stock) => TensorInfo | TensorInfo[],
): Kernel {
  return { name, run };
}
