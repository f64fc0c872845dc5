import type { HostBatch, HostTensors } from '../encoder/host.js';

/** How an array's axes go from PyTorch to TensorFlow.js (reference: checkpoints.md §7). */
export type Layout = 'same' | 'linear' | 'conv1d' | 'conv2d';

/** One renaming: `from` is matched against the whole foreign name; `to` may use its groups as `$1`. */
export interface NameRule {
  readonly from: RegExp;
  /** null: the tensor is known and not needed (a buffer that is recomputed). */
  readonly to: string | null;
  readonly layout?: Layout;
  /** Several foreign tensors make one of ours, side by side along its last axis (query, key and value): which one this is. */
  readonly part?: Part;
}

/** One of `of` equal parts, counted from 0. */
export interface Part {
  readonly index: number;
  readonly of: number;
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
