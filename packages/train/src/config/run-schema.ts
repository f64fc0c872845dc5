import { ConfigError } from '@d2v/core';
import { z } from 'zod';
import { optimizerSchema } from '../optimizer/index.js';
import { scheduleSchema } from '../schedule/index.js';
import { CONFIG_VERSION } from './load.js';
import { backendSchema, finetuningSchema, trainingSchema, type TrainingConfig } from './training.js';

/** A named choice with options of its own: a dataset reader, a task. */
export interface KindSchema {
  readonly description: string;
  readonly schema: z.ZodType;
}

/** Schemas that come from elsewhere: the plugin's, the model's. A section whose schema is absent is not allowed. */
export interface RunSchemaParts {
  readonly encoder: z.ZodType;
  readonly backbone: z.ZodType;
  /** Pre-training. */
  readonly objective?: z.ZodType;
  /** Fine-tuning: task name → its options. */
  readonly tasks?: Readonly<Record<string, KindSchema>>;
  readonly transform: z.ZodType;
  /** Reader name → its options. */
  readonly datasets: Readonly<Record<string, KindSchema>>;
  /** More sections, for instance of one command alone. */
  readonly sections?: Readonly<Record<string, z.ZodType>>;
}

/** What every run's configuration has, whatever the modality. */
export interface RunConfig {
  readonly version: 1;
  readonly modality: string;
  readonly backend: z.output<typeof backendSchema>;
  readonly encoder: unknown;
  readonly backbone: unknown;
  readonly objective?: unknown;
  readonly task?: { readonly name: string };
  readonly data: {
    readonly train: { readonly reader: string };
    readonly validation?: { readonly reader: string };
    readonly transform: unknown;
    readonly workers: 'auto' | number;
  };
  readonly optimizer: z.output<typeof optimizerSchema>;
  readonly schedule: z.output<typeof scheduleSchema>;
  readonly training: TrainingConfig;
}

/**
 * The schema of a run's configuration: the trainer's own sections and those of the modality and the model.
 *
 * @throws ConfigError when the options of a reader or task are no `z.object`
 */
export function runSchema(parts: RunSchemaParts): z.ZodType<RunConfig> {
  const dataset = choice('reader', parts.datasets);
  const schema = z.strictObject({
    version: z.literal(CONFIG_VERSION).describe('Of the configuration format.'),
    modality: z.string().min(1).describe('Package of the modality, for instance @d2v/vision.'),
    backend: backendSchema,
    encoder: optionalIfDefaulted(parts.encoder).describe("The modality's half of the model."),
    backbone: optionalIfDefaulted(parts.backbone).describe('The shared Transformer.'),
    ...(parts.objective ? { objective: optionalIfDefaulted(parts.objective).describe('What is learnt from.') } : {}),
    ...(parts.tasks ? { task: choice('name', parts.tasks).describe('What is fine-tuned for.') } : {}),
    data: z
      .strictObject({
        train: dataset.describe('What is trained on.'),
        validation: dataset.optional().describe('What is evaluated on while training.'),
        transform: optionalIfDefaulted(parts.transform).describe('Decoding, cropping, augmentation.'),
        workers: z
          .union([z.literal('auto'), z.int().min(0)])
          .default('auto')
          .describe(
            'Threads that decode and transform; 0: none; auto: all cores but one where a reader decodes files.',
          ),
      })
      .describe('Where samples come from.'),
    optimizer: optimizerSchema.describe('How weights are updated.'),
    schedule: scheduleSchema
      .default({ name: 'cosine', warmup: '3 %', minimum: 0 })
      .describe('How the learning rate moves.'),
    training: (parts.tasks ? finetuningSchema : trainingSchema).describe(
      'How long, how much at once, what is kept and reported.',
    ),
    ...parts.sections,
  });
  return schema as unknown as z.ZodType<RunConfig>;
}

/** A section all of whose keys have defaults may be left out. */
function optionalIfDefaulted(schema: z.ZodType): z.ZodType {
  return schema.safeParse({}).success ? (schema as z.ZodType<unknown, object>).prefault({}) : schema;
}

/** One mapping whose `key` names the kind; its other keys are that kind's options. */
function choice(key: string, kinds: Readonly<Record<string, KindSchema>>): z.ZodType {
  const options = Object.entries(kinds).map(([name, { description, schema }]) => {
    if (!(schema instanceof z.ZodObject)) {
      throw new ConfigError(`the options of ${key} '${name}' are no z.object`, {
        hint: 'a plugin gives the options of its readers and tasks as z.strictObject({ … })',
      });
    }
    return schema.safeExtend({ [key]: z.literal(name).describe(description) });
  });
  const [first, ...others] = options;
  if (!first) throw new ConfigError(`there is no ${key} to choose`, { hint: 'the plugin must offer at least one' });
  return z.discriminatedUnion(key, [first, ...others]);
}
