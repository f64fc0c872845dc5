import type { SampleError } from '@d2v/core';

/** What a run reports while it goes on. */
export type RunEvent =
  | { readonly type: 'backend'; readonly description: string }
  | {
      readonly type: 'start';
      readonly update: number;
      readonly total: number;
      readonly resumed: boolean;
      readonly path: string;
    }
  | {
      readonly type: 'update';
      readonly update: number;
      readonly total: number;
      readonly loss: number;
      /** Samples of an update. */
      readonly batchSize: number;
      /** Samples per second, waiting included, over the last updates. */
      readonly rate: number;
      readonly secondsLeft: number;
      /** All metrics; the monitor's only on logged updates. */
      readonly metrics: Readonly<Record<string, number>>;
      /** Whether the update went to the log. */
      readonly logged: boolean;
    }
  | { readonly type: 'validation'; readonly update: number; readonly metrics: Readonly<Record<string, number>> }
  | { readonly type: 'checkpoint'; readonly update: number; readonly path: string }
  | { readonly type: 'skipped'; readonly error: SampleError }
  | { readonly type: 'warning'; readonly message: string }
  | {
      readonly type: 'end';
      readonly update: number;
      readonly total: number;
      readonly finished: boolean;
      readonly path: string;
      readonly seconds: number;
    };

/** How a run ended. */
export interface RunResult {
  /** The run folder. */
  readonly path: string;
  readonly update: number;
  /** false: it was interrupted; the same call goes on with it. */
  readonly finished: boolean;
  /** Metrics of the last validation. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Samples that were left out. */
  readonly skipped: number;
  /** Updates that were left out because they were not finite. */
  readonly skippedUpdates: number;
}
