import { z } from 'zod';

/** The version of the checkpoint format that this release reads and writes. */
export const CHECKPOINT_FORMAT = 1;

const count = z.int().min(0);

/** Content of a checkpoint's `state.json`: where a training stands, beside its tensors. */
export const trainingStateSchema = z.strictObject({
  format: z.literal(CHECKPOINT_FORMAT),
  /** Completed updates. */
  update: count,
  /** Completed passes over the training set. */
  epoch: count,
  /** Samples of the current pass that were used. */
  position: count,
  /** Anything else that is counted: samples seen, samples left out, updates left out. */
  counters: z.record(z.string(), z.number()),
  /** Metrics of the last validation, by name; those that are not finite are left out. */
  metrics: z.record(z.string(), z.number()),
  /** The best validation so far, whether or not its checkpoint is still there. */
  best: z.strictObject({ metric: z.string(), value: z.number(), update: count }).optional(),
  /** Software that wrote it, by name. */
  versions: z.record(z.string(), z.string()),
});
export type TrainingState = z.infer<typeof trainingStateSchema>;

/** State as a trainer gives it: the store adds the format. */
export type NewTrainingState = Omit<TrainingState, 'format'>;
