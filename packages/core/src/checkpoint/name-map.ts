/** How an array's axes go from PyTorch to TensorFlow.js (reference: checkpoints.md §7). */
export type Layout = 'same' | 'linear' | 'conv1d' | 'conv2d';

/** One renaming: `from` is matched against the whole foreign name; `to` may use its groups as `$1`. */
export interface NameRule {
  readonly from: RegExp;
  /** null: the tensor is known and not needed (a buffer that is recomputed). */
  readonly to: string | null;
  readonly layout?: Layout;
}

/** How another code base's configuration and tensor names become ours. */
export interface NameMap {
  /** The foreign configuration → a model configuration of ours ({ encoder, backbone, objective }). */
  config(foreign: Record<string, unknown>): Record<string, unknown>;
  /** First match wins. */
  readonly rules: readonly NameRule[];
}
