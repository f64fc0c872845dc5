/** A recording as a dataset yields it. */
export interface SignalItem {
  /** File and line, or array and row: what an error calls the recording. */
  readonly name: string;
  /** Time step after time step, and within one, channel after channel: (steps, channels). */
  readonly values: Float32Array;
  /** Class in [0, number of classes); absent for unlabelled recordings. */
  readonly label?: number;
}

/** A window of a recording as the encoder takes it: `values` has at most as many steps as the encoder's `length`. */
export type SignalSample = SignalItem;
