import { parseModelConfig, type ModelConfig } from '@d2v/core';
import { pluginOf, readRawConfig } from '../../packages/train/src/api/resolve.js';
import { optimizerSchema, type OptimizerConfig } from '../../packages/train/src/optimizer/index.js';
import type { BenchCase, Entrant } from './case.js';

/** The sections of a run's configuration that make a model and its optimizer, or `extends` and what differs. */
export interface ModelSections {
  /** A package. */
  readonly modality: string;
  readonly extends?: string;
  readonly encoder?: object;
  readonly backbone?: object;
  readonly objective?: object;
  readonly optimizer?: object;
}

/** The same with every default filled in. */
export interface ResolvedModel extends ModelConfig {
  readonly modality: string;
  readonly optimizer: OptimizerConfig;
}

/** What a step is fed. */
export interface BatchSize {
  /** Samples. */
  readonly size: number;
  /** Length of each, in audio samples or tokens; absent for images, whose size the encoder gives. */
  readonly length?: number;
}

export interface StepTask extends ResolvedModel {
  readonly batch: BatchSize;
}

export interface StepCase {
  readonly name: string;
  readonly entrants: readonly Entrant[];
  readonly model: ModelSections;
  readonly batch: BatchSize;
  /** What samples are: 'images of 224²'. */
  readonly samples: string;
  readonly unit: string;
  /** How much of the unit a sample is. */
  readonly perSample: number;
}

/** One pre-training step: loss, gradients, optimizer and teacher. */
export function stepCase({ name, entrants, model, batch, samples, unit, perSample }: StepCase): BenchCase {
  return {
    name,
    entrants,
    unit,
    async prepare() {
      const task: StepTask = { ...(await resolveModel(model)), batch };
      const { objective } = task;
      const masks = objective.name === 'data2vec2' && objective.masks > 1 ? ` × ${objective.masks} masks` : '';
      return { size: `${batch.size} ${samples}${masks}`, amount: batch.size * perSample, task };
    },
  };
}

/** @throws ConfigError for an unknown recipe; ZodError naming the wrong keys */
export async function resolveModel(sections: ModelSections): Promise<ResolvedModel> {
  const raw = await readRawConfig({ config: { version: 1, ...sections } });
  const model = parseModelConfig(await pluginOf(raw, {}), raw.value);
  return { modality: sections.modality, ...model, optimizer: optimizerSchema.parse(raw.get('optimizer')) };
}
