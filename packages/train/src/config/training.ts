import { z } from 'zod';
import { durationSchema } from '../schedule/index.js';

const every = durationSchema;

/** Section `training` of a configuration. */
export const trainingSchema = z
  .strictObject({
    updates: z.int().min(1).optional().describe('Length of the training in updates; give this or `epochs`.'),
    epochs: z.number().gt(0).optional().describe('Length of the training in passes over `data.train`.'),
    batchSize: z.int().min(1).describe('Samples of one update, over all processes and accumulated parts together.'),
    batchTokens: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Batches of samples of similar length whose longest × count keeps within this budget (audio: samples at 16 kHz; text: tokens); batchSize is then the most samples of an update.',
      ),
    accumulate: z
      .int()
      .min(1)
      .default(1)
      .describe(
        'Parts that a batch is computed in; more parts need less memory and, but for the dropout and noise of each part, give the same update.',
      ),
    seed: z.int().min(0).default(1).describe('Of everything random: weights, order, masks, augmentation, dropout.'),
    onBadSample: z
      .enum(['stop', 'skip'])
      .default('stop')
      .describe('A sample that cannot be read: stop with its name, or leave it out and count it.'),
    onNaN: z
      .enum(['stop', 'skip'])
      .default('stop')
      .describe('A loss or gradient that is not finite: stop and say where, or leave out that update and count it.'),
    checkpoint: z
      .strictObject({
        every: every
          .default('1 epoch')
          .describe('How often a checkpoint is written; one is always written at the end.'),
        keepLast: z.int().min(1).default(2).describe('Most recent checkpoints that stay on disk.'),
        keepBest: z.int().min(0).default(1).describe('Best checkpoints by `metric` that stay on disk.'),
        metric: z.string().min(1).default('loss').describe('Validation metric that decides which is best.'),
        better: z.enum(['lower', 'higher']).default('lower').describe('Which values of `metric` are better.'),
      })
      .prefault({})
      .describe('What is kept of a run.'),
    validate: z
      .strictObject({
        every: every.default('1 epoch').describe('How often `data.validation` is evaluated.'),
        batchSize: z.int().min(1).optional().describe('Samples at once; default: as in training.'),
      })
      .prefault({})
      .describe('Evaluation while training, where `data.validation` is given.'),
    log: z
      .strictObject({
        every: every.default(50).describe('How often metrics go to the log and the progress line.'),
        tensorboard: z.boolean().default(true).describe('Write TensorBoard events too.'),
      })
      .prefault({})
      .describe('What a run reports.'),
  })
  .superRefine((training, context) => {
    if ((training.updates === undefined) === (training.epochs === undefined)) {
      const message =
        training.updates === undefined ? 'missing; give `updates` or `epochs`' : 'give `updates` or `epochs`, not both';
      context.addIssue({ code: 'custom', message, path: training.updates === undefined ? [] : ['epochs'] });
    }
  });

/** Key `training.freeze`: what does not learn in fine-tuning. */
export const freezeSchema = z.strictObject({
  updates: z
    .int()
    .min(0)
    .default(0)
    .describe("First updates in which the head learns alone (fairseq's freeze_finetune_updates)."),
  parameters: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Parameters that never learn, by the beginning of their name up to a dot; encoder.local.extractor is what freeze_feature_encoder freezes in speech.',
    ),
});
export type FreezeConfig = z.infer<typeof freezeSchema>;

/** Section `training` of a fine-tuning configuration. */
export const finetuningSchema = trainingSchema.safeExtend({
  freeze: freezeSchema.optional().describe('What does not learn, at first or ever; absent: everything learns.'),
});
export type TrainingConfig = z.infer<typeof trainingSchema> & Pick<z.infer<typeof finetuningSchema>, 'freeze'>;

/** Key `backend` of a configuration. */
export const backendSchema = z
  .enum(['auto', 'tensorflow', 'wasm', 'webgpu', 'cpu'])
  .default('auto')
  .describe('What computes; `auto` takes the fastest that is installed.');
