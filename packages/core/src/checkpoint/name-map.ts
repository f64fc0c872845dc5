import type { HostBatch, HostTensors } from '../encoder/host.js';

/** How an array's axes go from PyTorch to TensorFlow.js (reference: checkpoints.md §7). */
export type Layout = 'same' | 'linear' | 'conv1d' | 'conv2d';

/** One renaming: `from` is matched against the whole foreign name; `to` may use its groups as `$1`. */
export interface NameRule {
  readonly from: RegExp;
  /** null: the tensor is known and not needed (a buffer that is recomputed). */
  readonly to: string | null;
  readonly layout?: Layout;
  /**
   * The tensor is one of several equal parts of ours, side by side along our last axis: [index, number of parts]. So
   * the weights of separate query, key and value projections become one.
   */
  readonly part?: readonly [index: number, of: number];
}

/** How another code base's configuration, tensors and inputs become ours. */
export interface NameMap {
  /** The foreign configuration → unparsed `encoder`, `backbone` and `objective` sections of ours. */
  config(
    foreign: Readonly<Record<string, unknown>>,
  ): Record<'encoder' | 'backbone' | 'objective', Record<string, unknown>>;
  /** A teacher tensor `stored + X` is the student's `student + X` under the foreign names. */
  teacher(foreign: Readonly<Record<string, unknown>>): { readonly stored: string; readonly student: string };
  /** First match wins. */
  readonly rules: readonly NameRule[];
  /** The foreign model's input tensors → a batch of ours. */
  inputs(foreign: HostTensors): Pick<HostBatch, 'inputs' | 'lengths'>;
}
